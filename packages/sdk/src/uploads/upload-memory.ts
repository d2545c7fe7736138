/**
 * Where one upload by parts is remembered, so that whoever sends the same file to the same place goes on with it: after a
 * break, in another process, on another day. One memory is for one file, one place and one key; two uploads that run at the
 * same time must not share it.
 */
export interface UploadMemory {
  /** Id of the upload that was under way; undefined for none. */
  load(): Promise<string | undefined>;
  /** Resolves when it is durable. In place of what was there. */
  save(id: string): Promise<void>;
  /** Nothing is under way any more. */
  clear(): Promise<void>;
}
