/**
 * Remembers an upload in parts, so that sending the same file to the same place resumes it: after an interruption, in
 * another process, on another day. One memory is for one file, one place and one key; two uploads that run at the same
 * time must not share it.
 */
export interface UploadMemory {
  /** Id of the unfinished upload; undefined if there is none. */
  load(): Promise<string | undefined>;
  /** Resolves when it is durable. Replaces the previous one. */
  save(id: string): Promise<void>;
  /** There is no unfinished upload any more. */
  clear(): Promise<void>;
}
