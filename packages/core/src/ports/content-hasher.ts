/** Whirlpool of a stream of bytes, computed off the event loop where that pays. */
export interface ContentHasher {
  start(): ContentHash;
  close(): Promise<void>;
}

/** One running hash. Exactly one of `digest` and `abort` ends it. */
export interface ContentHash {
  /** Takes a chunk; resolves once its memory may be reused. Calls must not overlap. */
  update(chunk: Uint8Array): Promise<void>;
  /** 128 lower-case hexadecimal digits. */
  digest(): Promise<string>;
  abort(): void;
}
