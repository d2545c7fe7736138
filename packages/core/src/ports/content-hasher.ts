/**
 * `whirlpool` is the checksum of the wire; `leaves` the SHA-256 of each `LEAF_BYTES` from the first byte on; `sha256-and-leaves`
 * that of the whole before them, which proves a part of an upload; `sha256-and-whirlpool` both of a whole file. `sha1` proves
 * nothing against an attacker: senders by tus name it.
 */
export type HashAlgorithm = "whirlpool" | "sha1" | "sha256" | "leaves" | "sha256-and-leaves" | "sha256-and-whirlpool";

/** The digest of a stream of bytes, computed off the event loop where that pays. */
export interface ContentHasher {
  /** Whirlpool where nothing else is named. */
  start(algorithm?: HashAlgorithm): ContentHash;
  close(): Promise<void>;
}

/** One running hash. Exactly one of `digest` and `abort` ends it. */
export interface ContentHash {
  /** Takes a chunk; resolves once its memory may be reused. Calls must not overlap. */
  update(chunk: Uint8Array): Promise<void>;
  /** Lower-case hexadecimal digits: 128 of a Whirlpool, 40 of a SHA-1, 64 of each SHA-256, one after the other. */
  digest(): Promise<string>;
  abort(): void;
}
