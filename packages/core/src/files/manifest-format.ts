/**
 * A manifest lists the SHA-256 of each block of this many bytes; the last block may be shorter. It does not depend on
 * how the content arrived.
 */
export const LEAF_BYTES = 4 * 1024 ** 2;
export const LEAF_DIGEST_BYTES = 32;
/** Leaves stored and returned together: those of 16 GiB. */
export const LEAVES_PER_PAGE = 4096;

/** The number of leaves in a content of this size; an empty one has none. */
export const leafCountOf = (sizeBytes: number): number => Math.ceil(sizeBytes / LEAF_BYTES);
