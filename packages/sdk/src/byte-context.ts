import type { ApiCaller } from "./calls/api-caller.ts";
import type { KeySource } from "./calls/key-source.ts";
import type { ClientHooks, Logger } from "./client-options.ts";
import type { ServerDescription } from "./calls/server-description.ts";
import type { HasherFactory } from "./hashing/hasher.ts";
import { sleep } from "./wait.ts";

/** What uploads and downloads have in common. */
export interface ByteContext {
  caller: ApiCaller;
  /** Base of the JSON calls. */
  apiUrl: string;
  /** True for the hosts of 1fichier.com. */
  isOriginal: boolean;
  keys: KeySource;
  hasher: HasherFactory;
  /** Attempts after the first: for a whole upload, and for a download those in a row without any bytes. */
  retries: number;
  waits: Waits;
  /** Called before the wait for another attempt. */
  onRetry?: ClientHooks["onRetry"];
  logger?: Logger | undefined;
  /** What the server announces about itself; absent if it is not asked. */
  about?: () => Promise<ServerDescription | undefined>;
}

/** The same context for one upload or download with its own number of retries. */
export const withRetries = (context: ByteContext, retries: number | undefined): ByteContext =>
  retries === undefined ? context : { ...context, retries };

/** Timeouts and waits; shorter in tests. */
export interface Waits {
  /** For a connection without any traffic. */
  idleTimeoutMs: number;
  /** For the answer to an upload: the node may checksum and scan before it answers. */
  answerTimeoutMs: number;
  /** Before the first retry; each further wait is twice as long. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** Longest `Retry-After` that is waited for. */
  longestRetryAfterMs: number;
  /** How long to ask for a missing report before looking into the folder instead. */
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
 * Resolves after a growing wait, and not before the time that the server asked for with the failure; calls `onRetry`
 * before. `failures` counts from 0. Rejects with the reason of the signal.
 * @throws the failure, if the server asks for a longer wait than is allowed
 */
export async function waitBeforeRetry(
  { waits, retries, onRetry }: ByteContext,
  { endpoint, failures, error }: { endpoint: string; failures: number; error: Error },
  signal: AbortSignal | undefined,
): Promise<void> {
  const askedMs = retryAfterOf(error);
  if (askedMs > waits.longestRetryAfterMs) throw error;
  const delayMs = Math.round(Math.max(askedMs, growingMs(failures, waits)));
  onRetry?.({ endpoint, attempt: failures + 1, maxAttempts: retries + 1, delayMs, error });
  await sleep(delayMs, signal);
}

/** Resolves after a wait that grows with `attempt`, which counts from 0. Rejects with the reason of the signal. */
export async function waitAfter(attempt: number, waits: Waits, signal: AbortSignal | undefined): Promise<void> {
  await sleep(growingMs(attempt, waits), signal);
}

/** Random, so that many clients that lost the same server do not come back at the same time. */
function growingMs(attempt: number, { longestRetryMs, firstRetryMs }: Waits): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** attempt) * (0.75 + Math.random() / 4);
}

function retryAfterOf(failure: unknown): number {
  const asked: unknown = failure instanceof Error ? Reflect.get(failure, "retryAfterMs") : undefined;
  return typeof asked === "number" ? asked : 0;
}
