/** What tells one state of a file from another. */
export interface FileFacts {
  sizeBytes: number;
  modifiedAtMs: number;
}

/** Bytes of a file, both ends counted from its beginning; `end` is not included. */
export interface FileSpan {
  start: number;
  end: number;
}

/** A file that is written piece by piece, at any place. `close` it in every case. */
export interface UpdatedFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Fills `into` as far as the file goes; returns the bytes read. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Cuts off what follows. */
  truncate(sizeBytes: number): Promise<void>;
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
   * Opens for reading and writing. `isFresh` makes a new file in place of what is there: whoever still writes to that
   * writes to nothing anybody sees.
   */
  openForUpdate(path: string, isFresh: boolean): Promise<UpdatedFile>;
  /** Gives a file its final name, durably, in place of what has it. */
  rename(from: string, to: string): Promise<void>;
  /** Undefined when there is none or it is longer. */
  readText(path: string, maxBytes: number): Promise<string | undefined>;
  /** All or nothing: a reader sees the old text or the new. */
  writeText(path: string, text: string): Promise<void>;
  /** Nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** A fresh name in a folder of this process for temporary files. */
  temporaryPath(): Promise<string>;
}
