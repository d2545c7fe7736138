export type { ApiCaller, CallOptions } from "./calls/api-caller.ts";
