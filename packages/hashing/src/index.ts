export { ContentHashError } from "./content-hash-error.ts";
export type { ContentHashErrorCode } from "./content-hash-error.ts";
export { ensureLegacyProvider, legacyProviderArgs } from "./legacy-provider.ts";
export type { WhirlpoolBackend } from "./whirlpool-backend.ts";
export { createWhirlpoolHasher } from "./whirlpool-hasher.ts";
export type { WhirlpoolHasherOptions } from "./whirlpool-hasher.ts";
