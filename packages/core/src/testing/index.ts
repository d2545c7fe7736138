export { blobStoreSuite } from "./blob-store-suite.ts";
export type { OpenedBlobStore } from "./blob-store-suite.ts";
export { contentHasherSuite } from "./content-hasher-suite.ts";
export type { OpenedContentHasher } from "./content-hasher-suite.ts";
export { lockerSuite } from "./locker-suite.ts";
export type { OpenedLocker } from "./locker-suite.ts";
export { rateLimiterSuite } from "./rate-limiter-suite.ts";
export type { OpenedRateLimiter } from "./rate-limiter-suite.ts";
