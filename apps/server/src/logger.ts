import pino, { type DestinationStream, type Logger } from "pino";
import type { LogFormat, LogLevel } from "./config.ts";
import { LineBatches } from "./line-batches.ts";
import { onLostLines, standardOutput } from "./log-output.ts";
import { logText } from "./log-text.ts";
import { terminalJson } from "./terminal-text.ts";

/** Names under which a secret might be handed to the log by mistake. No wildcards: they cost more than the line itself. */
const secretPaths = ["authorization", "cookie", "password", "pass", "apiKey", "api_key", "token"].flatMap((name) => [
  name,
  `headers.${name}`,
  `err.${name}`,
]);

export interface LogOptions {
  format?: LogFormat;
  /** Standard output otherwise. */
  destination?: DestinationStream;
  /** Sees each line in its JSON form. */
  onLine?: (line: string) => void;
}

/** A line an event, without characters that a terminal takes for orders: JSON logs are read on terminals too. */
export function createLogger(level: LogLevel, { format = "json", destination, onLine }: LogOptions = {}): Logger {
  const options = { level, base: undefined, redact: { paths: secretPaths, censor: "(removed)" } };
  const shape = format === "text" ? logText : terminalJson;
  const form = (line: string) => {
    onLine?.(line);
    return shape(line);
  };
  if (destination !== undefined) return pino(options, formed(form, destination));
  // Who looks on sees each line at once.
  if (format === "text") {
    const terminal = standardOutput();
    return tellingWhatIsLost(terminal, pino(options, formed(form, terminal)));
  }
  // With a length of 0 it does not wait for what is being written when it is asked to flush.
  const stdout = standardOutput({ minLength: 1 });
  // In batches, as a line a request costs more than the request otherwise.
  const batches = new LineBatches(stdout);
  // The library calls `flush` where there is one.
  const flush = (done: () => void) => batches.flush(done);
  return tellingWhatIsLost(stdout, pino(options, Object.assign(formed(form, batches), { flush })));
}

function tellingWhatIsLost(output: ReturnType<typeof standardOutput>, logger: Logger): Logger {
  onLostLines(output, (lines) => logger.warn({ lines }, "lines of the log were lost: what reads it stood still"));
  return logger;
}

function formed(form: (line: string) => string, destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(`${form(line.trimEnd())}\n`) };
}
