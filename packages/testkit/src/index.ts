export { ApiClient, type ApiAnswer } from "./api-client.ts";
export { type AnswerMoment, type CannedAnswer, type Fault, fault } from "./faults/fault.ts";
export type { FaultRule, Faults, RuleOptions } from "./faults/fault-rules.ts";
export { Gate } from "./faults/gate.ts";
export type { EndpointGroup, EndpointName } from "./requests/endpoint-of.ts";
export type { RequestFilter, RequestLog, SeenRequest } from "./requests/request-log.ts";
export {
  type FaultyServer,
  startFaultyServer,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "./test-server.ts";
