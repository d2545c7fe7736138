/** The computation of one Whirlpool. End it with `digest` or `abort`. */
export interface RunningHash {
  /** The bytes may be overwritten once this has returned, or its promise has resolved. */
  update(chunk: Uint8Array): void | Promise<void>;
  /** 128 lower-case hex digits. */
  digest(): Promise<string>;
  abort(): void;
}

/** Creates checksum computations. Give the client one of your own to compute them in worker threads, for instance. */
export interface HasherFactory {
  start(): RunningHash;
}
