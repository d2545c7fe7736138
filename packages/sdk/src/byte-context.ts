import type { ApiCaller } from "./calls/api-caller.ts";
import type { KeySource } from "./calls/key-source.ts";
import type { ClientHooks, Logger } from "./client-options.ts";
import type { ServerDescription } from "./calls/server-description.ts";
import type { HasherFactory } from "./hashing/hasher.ts";
import { sleep } from "./wait.ts";

/** What the byte paths, uploads and downloads, have in common. */
export interface ByteContext {
  caller: ApiCaller;
  /** Base of the JSON calls. */
  apiUrl: string;
  /** One of the hosts of 1fichier.com. */
  isOriginal: boolean;
  keys: KeySource;
  hasher: HasherFactory;
  /** Attempts after the first, for a whole upload and for each stretch of a download without progress. */
  retries: number;
  waits: Waits;
  /** Told before the wait for another attempt. */
  onRetry?: ClientHooks["onRetry"];
  logger?: Logger | undefined;
  /** What the server announces of itself; absent where nobody asks. */
  about?: () => Promise<ServerDescription | undefined>;
}

/** The same for one upload or download that is to be tried more or less often. */
export const withRetries = (context: ByteContext, retries: number | undefined): ByteContext =>
  retries === undefined ? context : { ...context, retries };

/** How long things are waited for; tests have less patience. */
export interface Waits {
  /** A connection on which nothing moves. */
  idleTimeoutMs: number;
  /** The answer to an upload: the node may checksum and scan before it gives one. */
  answerTimeoutMs: number;
  /** Before the first attempt after a failed one; each further wait is twice as long. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** Longest `Retry-After` that is waited for. */
  longestRetryAfterMs: number;
  /** Until a report that does not come is given up and the folder is looked at. */
  reportTimeoutMs: number;
}

export const defaultWaits: Waits = {
  idleTimeoutMs: 120_000,
  answerTimeoutMs: 300_000,
  firstRetryMs: 1000,
  longestRetryMs: 30_000,
  longestRetryAfterMs: 600_000,
  reportTimeoutMs: 600_000,
};

/**
 * Resolves after a growing wait, and not before the time that the failure says the server asks for; whoever watches is
 * told. `failures` counts from 0. Rejects with the reason of the signal.
 * @throws the failure, when the server asks for more than anybody waits
 */
export async function waitBeforeRetry(
  { waits, retries, onRetry }: ByteContext,
  { endpoint, failures, error }: { endpoint: string; failures: number; error: Error },
  signal: AbortSignal | undefined,
): Promise<void> {
  const askedMs = retryAfterOf(error);
  if (askedMs > waits.longestRetryAfterMs) throw error;
  const delayMs = Math.round(Math.max(askedMs, growingMs(failures, waits)));
  onRetry?.({ endpoint, attempt: failures + 1, mostAttempts: retries + 1, delayMs, error });
  await sleep(delayMs, signal);
}

/** Resolves after a wait that grows with `attempt`, which counts from 0. Rejects with the reason of the signal. */
export async function waitAfter(attempt: number, waits: Waits, signal: AbortSignal | undefined): Promise<void> {
  await sleep(growingMs(attempt, waits), signal);
}

/** Many clients that lost the same server come back spread out. */
function growingMs(attempt: number, { longestRetryMs, firstRetryMs }: Waits): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** attempt) * (0.75 + Math.random() / 4);
}

function retryAfterOf(failure: unknown): number {
  const asked: unknown = failure instanceof Error ? Reflect.get(failure, "retryAfterMs") : undefined;
  return typeof asked === "number" ? asked : 0;
}
