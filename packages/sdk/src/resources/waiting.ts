import { type ConsigneError, TimeoutError } from "../errors.ts";
import { isNetworkError, isServerError, isTimeoutError } from "../error-guards.ts";
import { type Clock, steadyMs } from "../pacing/clock.ts";

const DEFAULT_POLL_MS = 10_000;
/** Servers restart, and reverse proxies answer for them in the meantime. */
const DEFAULT_OUTAGE_MS = 600_000;

export interface WaitOptions {
  /** How often to ask; default 10 s. */
  pollMs?: number | undefined;
  /** How long to wait in total; by default without a limit. */
  maxMs?: number | undefined;
  /** How long in a row the server, once it has answered, may be unavailable; default 10 minutes. */
  maxOutageMs?: number | undefined;
  /** Called each time it is unavailable. */
  onOutage?: ((error: ConsigneError) => void) | undefined;
}

export interface Waited<Answer> extends WaitOptions {
  clock: Clock;
  signal: AbortSignal | undefined;
  /** For the error, as a subject. */
  what: string;
  /** Undefined until it has ended. */
  look(): Promise<Answer | undefined>;
}

/** Asks until something on the server has ended. It continues there whether or not somebody asks. */
export async function waitUntilEnded<Answer>(wait: Waited<Answer>): Promise<Answer> {
  const { clock, signal, what, look, pollMs = DEFAULT_POLL_MS, maxMs = Infinity } = wait;
  const startedAtMs = steadyMs(clock);
  let [hasAnswered, awaySinceMs]: [boolean, number | undefined] = [false, undefined];
  for (;;) {
    const askedAtMs = steadyMs(clock);
    try {
      const ended = await look();
      if (ended !== undefined) return ended;
      [hasAnswered, awaySinceMs] = [true, undefined];
    } catch (error) {
      // A server that never answered may not exist.
      if (signal?.aborted === true || !hasAnswered || !isOutage(error)) throw error;
      awaySinceMs ??= askedAtMs;
      if (steadyMs(clock) + pollMs - awaySinceMs > (wait.maxOutageMs ?? DEFAULT_OUTAGE_MS)) throw error;
      wait.onOutage?.(error);
    }
    if (steadyMs(clock) + pollMs - startedAtMs > maxMs) {
      throw new TimeoutError(`${what} was not finished within ${maxMs} ms; the server continues.`, maxMs);
    }
    await clock.sleep(pollMs, signal);
  }
}

function isOutage(error: unknown): error is ConsigneError {
  if (isNetworkError(error)) return !error.isUntrusted && !error.isWithoutTls && !error.isBlocked;
  return isServerError(error) || isTimeoutError(error);
}
