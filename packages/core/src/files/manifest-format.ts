/** A manifest is the list of the SHA-256 of as many bytes each, the last one of what is left. Whatever a content came by. */
export const LEAF_BYTES = 4 * 1024 ** 2;
export const LEAF_DIGEST_BYTES = 32;
/** Leaves that are kept, and told, together: those of 16 GiB. */
export const LEAVES_PER_PAGE = 4096;

/** Of a content of so many bytes; an empty one has none. */
export const leafCountOf = (sizeBytes: number): number => Math.ceil(sizeBytes / LEAF_BYTES);
