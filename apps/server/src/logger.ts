import type { RequestLine } from "@consigne/http";
import pino, { type DestinationStream, type Logger } from "pino";
import type { LogFormat, LogLevel } from "./config.ts";
import { LineBatches } from "./line-batches.ts";
import { onLostLines, standardOutput } from "./log-output.ts";
import { logText } from "./log-text.ts";
import { requestLine } from "./request-line.ts";
import { terminalJson } from "./terminal-text.ts";

/** Names under which a secret might be logged by mistake. No wildcards: they cost more than the line itself. */
const secretPaths = ["authorization", "cookie", "password", "pass", "apiKey", "api_key", "token"].flatMap((name) => [
  name,
  `headers.${name}`,
  `err.${name}`,
]);

export interface LogOptions {
  format?: LogFormat;
  /** Default: standard output. */
  destination?: DestinationStream;
  /** Gets each line in its JSON form. */
  onLine?: (line: string) => void;
}

/** `request` writes the line for one request, which contains no secrets. */
export type ServerLogger = Logger & { request(line: RequestLine): void };

/** One line per event, without control characters for terminals: JSON logs are read on terminals too. */
export function createLogger(level: LogLevel, options: LogOptions = {}): ServerLogger {
  const { format = "json", destination } = options;
  if (destination !== undefined) return loggerTo(destination, level, options);
  // For people, each line is written immediately.
  if (format === "text") {
    const terminal = standardOutput();
    return tellingWhatIsLost(terminal, loggerTo(terminal, level, options));
  }
  // With a length of 0 it does not wait for a running write when it is asked to flush.
  const stdout = standardOutput({ minLength: 1 });
  // In batches, because a line per request would cost more than the request.
  const batches = new LineBatches(stdout);
  // The library calls `flush` if it exists.
  const flush = (done: () => void) => batches.flush(done);
  return tellingWhatIsLost(stdout, loggerTo(batches, level, options, { flush }));
}

function loggerTo(
  destination: DestinationStream,
  level: LogLevel,
  { format = "json", onLine }: LogOptions,
  more: object = {},
): ServerLogger {
  const shape = format === "text" ? logText : terminalJson;
  const form = (line: string) => {
    onLine?.(line);
    return shape(line);
  };
  const options = { level, base: undefined, redact: { paths: secretPaths, censor: "(removed)" } };
  const write = (line: string) => destination.write(`${form(line.trimEnd())}\n`);
  const logger = pino(options, { write, ...more });
  return Object.assign(logger, {
    request: (fields: RequestLine) => {
      if (!logger.isLevelEnabled("info")) return;
      const line = requestLine(fields, Date.now());
      onLine?.(line);
      destination.write(format === "text" ? `${logText(line)}\n` : `${line}\n`);
    },
  });
}

function tellingWhatIsLost(output: ReturnType<typeof standardOutput>, logger: ServerLogger): ServerLogger {
  onLostLines(output, (lines) => logger.warn({ lines }, "lines of the log were lost because their reader stalled"));
  return logger;
}
