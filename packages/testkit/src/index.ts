export { ApiClient, type ApiAnswer } from "./api-client.ts";
export { type AnswerMoment, type CannedAnswer, type Fault, fault } from "./faults/fault.ts";
export type { FaultRule, Faults, RuleOptions } from "./faults/fault-rules.ts";
export { Gate } from "./faults/gate.ts";
export type { ImposedLock, Limits } from "./limits.ts";
export type { EndpointGroup, EndpointName } from "./requests/endpoint-of.ts";
export type { RequestFilter, RequestLog, SeenRequest } from "./requests/request-log.ts";
export { type Pattern, patternBytes, patternChunks } from "./seed/pattern.ts";
export type {
  NewSeedAccount,
  NewSeedFile,
  NewSeedKey,
  Seed,
  SeededAccount,
  SeededFile,
  SeededFolder,
  SeededKey,
  SeedFileOptions,
  SeedOptions,
} from "./seed/seed.ts";
export type { Content } from "./seed/store-files.ts";
export type { TestClock } from "./test-clock.ts";
export {
  type FaultyServer,
  startFaultyServer,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "./test-server.ts";
export { VirtualClock } from "@consigne/core";
