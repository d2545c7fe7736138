export { noFreeRules } from "../downloads/free-downloads.ts";
export { countryDatabase } from "./country-database.ts";
export { accountActor } from "../policy/actor.ts";
export { blobStoreSuite } from "./blob-store-suite.ts";
export type { OpenedBlobStore } from "./blob-store-suite.ts";
export { contentHasherSuite } from "./content-hasher-suite.ts";
export type { OpenedContentHasher } from "./content-hasher-suite.ts";
export { lockerSuite } from "./locker-suite.ts";
export type { OpenedLocker } from "./locker-suite.ts";
export { rateLimiterSuite } from "./rate-limiter-suite.ts";
export type { OpenedRateLimiter } from "./rate-limiter-suite.ts";
export { TurnWatch } from "./turn-watch.ts";
export { databaseSuite } from "./database-suite.ts";
export {
  createOwner,
  may,
  placed,
  sampleAccount,
  sampleApiKey,
  sampleFile,
  sampleTrashEntry,
} from "./database-suite-samples.ts";
export type { OpenDatabase, OpenedDatabase } from "./database-suite-samples.ts";
