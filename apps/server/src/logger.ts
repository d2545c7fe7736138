import pino, { type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./config.ts";

/** Names under which a secret might be handed to the log by mistake. No wildcards: they cost more than the line itself. */
const secretPaths = ["authorization", "cookie", "password", "pass", "apiKey", "api_key", "token"].flatMap((name) => [
  name,
  `headers.${name}`,
  `err.${name}`,
]);

/** JSON lines on stdout, written in batches: a line a request costs more than the request otherwise. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: undefined, redact: { paths: secretPaths, censor: "(removed)" } };
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false, minLength: 8192, periodicFlush: 1000 }));
}
