export { ContentHashError } from "./content-hash-error.ts";
export type { ContentHashErrorCode } from "./content-hash-error.ts";
export { createWhirlpoolHasher } from "./whirlpool-hasher.ts";
export type { WhirlpoolHasherOptions } from "./whirlpool-hasher.ts";
