export type { EdgeLogger, EdgeSettings } from "./edge-settings.ts";
export { createHttpServer } from "./http-server.ts";
