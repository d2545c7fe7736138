/** Of every leaf of a part but its last one, which is what is left: by its leaves a part is proved. */
export const LEAF_BYTES = 4 * 1024 ** 2;

/** What tells one state of a file from another. */
export interface FileFacts {
  sizeBytes: number;
  modifiedAtMs: number;
  /** No program can set this one back, as some do with the other. */
  changedAtMs: number;
}

/** Bytes of a file, both ends counted from its beginning; `end` is not included. */
export interface FileSpan {
  start: number;
  end: number;
}

/** A file that is written piece by piece, at any place. `close` it in every case. */
export interface UpdatedFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /**
   * As that, without a place in the cache of the system for them where memory (`blockMemory`), position and file system
   * allow it. Returns how many bytes the cache has: they have to get to the disk yet.
   */
  writePastCache(bytes: Uint8Array, position: number): Promise<number>;
  /** Adds to the end of a file that was opened for that. */
  append(bytes: Uint8Array): Promise<void>;
  /** Fills `into` as far as the file goes; returns the bytes read. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Cuts off what follows. */
  truncate(sizeBytes: number): Promise<void>;
  /** `id`: which file of this machine it is; the same as long as it is there, under however many `names`. */
  facts(): Promise<{ sizeBytes: number; id: string; names: number }>;
  /** Whether the path still leads to this file, and to no other that took its place. */
  isInPlace(): Promise<boolean>;
  /** Resolves when everything written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files of this machine. Every method throws LocalFileError in words for a person. */
export interface LocalFiles {
  baseName(path: string): string;
  /** The absolute form; the same for every way of writing one path. */
  resolve(path: string): string;
  /** Undefined when there is nothing. @throws {LocalFileError} also when there is something that is no file */
  find(path: string): Promise<FileFacts | undefined>;
  /**
   * The bytes of a span, in chunks whose memory is used again. Throws before the last chunk when the file is not, or
   * does not stay, as `facts` says: what was read then may be half old and half new.
   */
  read(path: string, span: FileSpan, facts: FileFacts): AsyncIterable<Uint8Array>;
  /**
   * Fills memory from `start` on, and answers its SHA-256, 64 lower-case hexadecimal digits; both off the thread of the
   * caller. Throws as `read` does.
   */
  readAndHash(path: string, start: number, into: Uint8Array<SharedArrayBuffer>, facts: FileFacts): Promise<string>;
  /** As `readAndHash`, but answers the digest by which parts of uploads are proved: that of the SHA-256 of each 4 MiB. */
  readByLeaves(path: string, start: number, into: Uint8Array<SharedArrayBuffer>, facts: FileFacts): Promise<string>;
  /** A new file; undefined when something has the name, which stays as it is. */
  create(path: string, options?: { appends?: boolean }): Promise<UpdatedFile | undefined>;
  /** A file that is there. `other`: a link, a folder, a file that may not be opened. */
  openExisting(
    path: string,
    options?: { appends?: boolean; isReadOnly?: boolean },
  ): Promise<UpdatedFile | "nothing" | "other">;
  /**
   * Gives a file its final name, durably, in place of what has it.
   * @throws {LocalFileError} without `mayReplace`, when something has it
   */
  rename(from: string, to: string, options: { mayReplace: boolean }): Promise<void>;
  /** Undefined when there is none or it is longer. */
  readText(path: string, maxBytes: number): Promise<string | undefined>;
  /** Nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** Removes a name as long as it leads to this very file. */
  removeIf(path: string, file: UpdatedFile): Promise<void>;
  /** A fresh name in a folder of this process for temporary files. */
  temporaryPath(): Promise<string>;
}
