export { type Config, ConfigError, readConfig, type Secrets } from "./config.ts";
export { type Environment, readEnvironment } from "./env.ts";
export { settingsInForce } from "./settings-in-force.ts";
export { createLogger } from "./logger.ts";
export { makeTables } from "./make-tables.ts";
export { type RunningServer, startServer } from "./server.ts";
export { settings, type Setting } from "./settings.ts";
export { StartError } from "./start-error.ts";
export type { EdgeBounds } from "@consigne/http";
