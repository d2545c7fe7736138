/**
 * `whirlpool` is the checksum of the 1fichier.com API; `leaves` the SHA-256 of each block of `LEAF_BYTES`;
 * `sha256-and-leaves` that of the whole followed by the leaves, which verifies a part of an upload;
 * `sha256-and-whirlpool` both for a whole file. `sha1` proves nothing against an attacker, but tus clients use it.
 */
export type HashAlgorithm = "whirlpool" | "sha1" | "sha256" | "leaves" | "sha256-and-leaves" | "sha256-and-whirlpool";

/** Computes the digest of a stream of bytes, off the event loop where that is worth it. */
export interface ContentHasher {
  /** Default: Whirlpool. */
  start(algorithm?: HashAlgorithm): ContentHash;
  close(): Promise<void>;
}

/** A running hash. Exactly one of `digest` and `abort` ends it. */
export interface ContentHash {
  /**
   * Takes a chunk; its memory may be reused when this resolves, or at once if there is no promise. Never throws by
   * itself. Calls must not overlap.
   */
  update(chunk: Uint8Array): Promise<void> | undefined;
  /** Lower-case hexadecimal digits: 128 for Whirlpool, 40 for SHA-1, 64 for each SHA-256, concatenated. */
  digest(): Promise<string>;
  abort(): void;
}
