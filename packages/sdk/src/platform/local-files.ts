/** Size of every leaf of a part but the last one, which has the rest: a part is verified by its leaves. */
export const LEAF_BYTES = 4 * 1024 ** 2;

/** Distinguishes one state of a file from another. */
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

/** A file that is written piece by piece, at any position. Always `close` it. */
export interface UpdatedFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /**
   * As `write`, but bypasses the system's cache where memory (`blockMemory`), position and file system allow it.
   * Returns how many bytes are in the cache: they still have to be flushed to disk.
   */
  writePastCache(bytes: Uint8Array, position: number): Promise<number>;
  /** Appends to a file that was opened for that. */
  append(bytes: Uint8Array): Promise<void>;
  /** Fills `into`, at most up to the end of the file; returns the bytes read. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Cuts off what follows. */
  truncate(sizeBytes: number): Promise<void>;
  /** `id`: identifies the file on this machine for as long as it exists, under however many `names`. */
  facts(): Promise<{ sizeBytes: number; id: string; names: number }>;
  /** Whether the path still leads to this file, and not to another one in its place. */
  isInPlace(): Promise<boolean>;
  /** Resolves when everything written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files of this machine. Every method throws LocalFileError with a message for a person. */
export interface LocalFiles {
  baseName(path: string): string;
  /** The absolute form; the same for every way of writing one path. */
  resolve(path: string): string;
  /** Undefined if there is nothing. @throws {LocalFileError} also if it is not a file */
  find(path: string): Promise<FileFacts | undefined>;
  /**
   * The bytes of a span, in chunks whose memory is reused. Throws before the last chunk if the file does not match
   * `facts`, or stops matching: what was read may then be half old and half new.
   */
  read(path: string, span: FileSpan, facts: FileFacts): AsyncIterable<Uint8Array>;
  /**
   * Fills memory from `start` on, and returns its SHA-256, 64 lower-case hexadecimal digits; both off the calling
   * thread. Throws as `read` does.
   */
  readAndHash(path: string, start: number, into: Uint8Array<SharedArrayBuffer>, facts: FileFacts): Promise<string>;
  /** As `readAndHash`, but returns the digest that verifies parts of uploads: that of the SHA-256s of each 4 MiB. */
  readByLeaves(path: string, start: number, into: Uint8Array<SharedArrayBuffer>, facts: FileFacts): Promise<string>;
  /** A new file; undefined if the name is taken, and then nothing changes. */
  create(path: string, options?: { appends?: boolean }): Promise<UpdatedFile | undefined>;
  /** An existing file. `other`: a link, a folder, or a file that may not be opened. */
  openExisting(
    path: string,
    options?: { appends?: boolean; isReadOnly?: boolean },
  ): Promise<UpdatedFile | "nothing" | "other">;
  /**
   * Gives a file its final name, durably, in place of anything that has it.
   * @throws {LocalFileError} without `mayReplace`, if something has it
   */
  rename(from: string, to: string, options: { mayReplace: boolean }): Promise<void>;
  /** Undefined when there is none or it is longer. */
  readText(path: string, maxBytes: number): Promise<string | undefined>;
  /** Does nothing if there is none. */
  remove(path: string): Promise<void>;
  /** Removes a name as long as it leads to this very file. */
  removeIf(path: string, file: UpdatedFile): Promise<void>;
  /** A new name in this process's folder for temporary files. */
  temporaryPath(): Promise<string>;
}
