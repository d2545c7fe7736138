import { type Arrival, type Client, type ClientOptions, createClient } from "@consigne/sdk";
import type { CommandCall } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import { type Connection, type ConnectionValues, findConnection, requireKey } from "../profiles/connection.ts";
import { requireServerAddress } from "../profiles/server-address.ts";
import type { Progress } from "../progress/progress.ts";
import { showProgress } from "../progress/terminal-progress.ts";

/** Shorter waits are normal pacing and not worth mentioning. */
const NOTED_WAIT_MS = 3000;

/** The connection to a server for one command, with everything that goes with it. */
export interface OpenClient extends Disposable {
  client: Client;
  connection: Connection;
  progress: Progress;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

export interface OpenClientOptions {
  /** The profile in a path such as `work:/photos`. */
  profile?: string | undefined;
  /** Whether the command makes sense without a key. */
  mayLackKey?: boolean;
  client?: Partial<ClientOptions>;
}

/** The one place where a command gets its server: settings, pace, and messages about waiting. */
export async function openClient(
  call: CommandCall<ConnectionValues>,
  options: OpenClientOptions = {},
): Promise<OpenClient> {
  const connection = await findConnection(call, options.profile);
  requireServerAddress(connection.url.value, connection.url.origin);
  const apiKey = options.mayLackKey ? connection.apiKey?.value : requireKey(connection);
  const isQuiet = call.options.quiet;
  const progress = showProgress(call.output, { isQuiet });
  const { logger, hooks, pacing, ...rest } = options.client ?? {};
  const { tps: callsPerSecond, retries } = call.options;
  const rate = callsPerSecond === undefined ? {} : { callsPerSecond };
  const client = createClient({
    url: connection.url.value,
    apiKey,
    pacing: pacing === "off" ? pacing : { stateFolder: call.environment.paceFolder, ...pacing, ...rate },
    ...(retries === undefined ? {} : { retries }),
    ...(call.options.verbose ? { logger: logger ?? loggerTo(progress) } : {}),
    hooks: {
      ...hooks,
      onRetry: (retry) => {
        hooks?.onRetry?.(retry);
        progress.retry(visible(retry.error.message), Date.now() + retry.delayMs, {
          next: retry.attempt + 1,
          most: retry.maxAttempts,
        });
      },
      onWait: (wait) => {
        hooks?.onWait?.(wait);
        const text = wait.arrival === undefined ? waitTexts[wait.reason] : arrivingText(wait.arrival);
        if (wait.ms >= NOTED_WAIT_MS && text !== undefined) progress.pause(text, wait.untilMs);
      },
    },
    ...rest,
  });
  return { client, connection, progress, signal: call.interruption(), [Symbol.dispose]: () => progress.end() };
}

/** Rounded down, so that it never says 100 % before the file is complete. */
function arrivingText({ receivedBytes, sizeBytes }: Arrival): string {
  return `the file is still being uploaded, ${Math.min(99, Math.floor((receivedBytes / Math.max(1, sizeBytes)) * 100))} %`;
}

const waitTexts: Record<string, string> = {
  "flood-lock": "flood lock",
  "retry-after": "the server asked us to wait",
  interval: "the server limits how often this can be called",
};

function loggerTo(progress: Progress): NonNullable<ClientOptions["logger"]> {
  const write = (line: string, details?: object): void => {
    const more = details === undefined ? "" : ` ${JSON.stringify(details)}`;
    progress.note(`consigne: ${visible(line + more)}`);
  };
  return { debug: write, warn: write };
}
