import type { ClientHooks, Wait } from "../client-options.ts";
import { FloodLockError, type Refusal, TimeoutError } from "../errors.ts";
import { type Clock, type Moment, momentOf, msBetween } from "../pacing/clock.ts";
import type { CallInterval, HeldLock, Pacer, PaceRate } from "../pacing/pacer.ts";
import { toNetworkError } from "./connection-errors.ts";
import type { LockNotice } from "./refusals.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { arrivalOf, isPassing } from "./retry-rules.ts";

/** Used if nothing else is known about a lock. */
export const GUESSED_LOCK_MS = 30_000;

/** The limits that a call keeps to. */
export interface Pace {
  pacer: Pacer;
  rate: PaceRate | undefined;
  /** The minimum intervals since the previous call of its kind. */
  intervals: readonly CallInterval[];
}

/** The server locked the caller. */
export interface Locked {
  kind: "lock";
  notice: LockNotice;
  refusal: Refusal;
}

export interface Failed {
  kind: "failure";
  error: Error;
  retryAfterMs: number | undefined;
}

/** What was sent, and what came back. `isAnswered`: there was an answer, whatever it says. */
interface Sent {
  outcome: Locked | Failed | { kind: string };
  isAnswered: boolean;
}

/** `isTooLong`: longer than is waited for. */
interface RunningLock {
  error: FloodLockError;
  isTooLong: boolean;
}

/** One call, over all its attempts. */
export interface ExchangedCall {
  /** E.g. `file.ls`. */
  endpoint: string;
  /** Undefined: it is sent at once, and locks are not waited for. */
  pace: Pace | undefined;
  signal: AbortSignal | undefined;
}

export interface PacedExchangeSettings {
  clock: Clock;
  /** Longest lock, interval or `Retry-After` that is waited for. */
  maxWaitMs: number;
  hooks: ClientHooks;
}

/**
 * Calls a server in turn: decides when a call may be sent, what its answer means for the pace, and how long to wait
 * before the next attempt.
 */
export class PacedExchange {
  readonly #settings: PacedExchangeSettings;
  /** The same function for all calls, so that many calls with the same wait report it once. */
  readonly #onWait: ((wait: Wait) => void) | undefined;

  constructor(settings: PacedExchangeSettings) {
    this.#settings = settings;
    const { hooks } = settings;
    this.#onWait = hooks.onWait === undefined ? undefined : (wait) => hooks.onWait?.(wait);
  }

  /**
   * Waits for the turn of the call, sends it, and reports the result to the pacer. `lock`: the server locked the
   * caller, and the next turn comes after the lock. `ms`: how long it took from its turn on.
   * @throws {FloodLockError} it was not sent: a lock or an interval lasts longer than is waited for
   */
  async attempt<Answer extends Sent>(
    call: ExchangedCall,
    send: () => Promise<Answer>,
  ): Promise<Answer & { ms: number; lock: RunningLock | undefined }> {
    const { clock } = this.#settings;
    await this.#takeTurn(call);
    const sentAt = momentOf(clock);
    let isNoted = false;
    try {
      const answer = await send();
      isNoted = true;
      const lock = await this.#note(call.pace, answer, sentAt);
      return { ...answer, ms: msBetween(sentAt, momentOf(clock)), lock };
    } finally {
      if (!isNoted) call.pace?.pacer.noteSilence();
    }
  }

  /**
   * Waits before the next attempt; `failures`, including this one, count against the retries.
   * @throws the failure, if another attempt would not succeed or there were too many
   */
  async waitToRepeat(
    { error, retryAfterMs }: Failed,
    call: ExchangedCall & { attempt: number; failures: number; retries: number },
    onDelay?: (delayMs: number) => void,
  ): Promise<void> {
    const { maxWaitMs, hooks, clock } = this.#settings;
    const { endpoint, attempt, failures, retries, signal } = call;
    if (!isPassing(error) || failures > retries || (retryAfterMs ?? 0) > maxWaitMs) throw error;
    const delayMs = retryDelayMs(failures, retryAfterMs);
    onDelay?.(delayMs);
    // A lock that was waited for is an attempt but not a failure.
    const maxAttempts = attempt + retries - failures + 1;
    const wait = { ms: delayMs, untilMs: clock.now() + delayMs, endpoint };
    const arrival = arrivalOf(error);
    if (arrival !== undefined) hooks.onWait?.({ ...wait, reason: "arriving", arrival });
    else hooks.onRetry?.({ endpoint, attempt, maxAttempts, delayMs, error });
    if (arrival === undefined && retryAfterMs !== undefined) hooks.onWait?.({ ...wait, reason: "retry-after" });
    await clock.sleep(delayMs, signal);
  }

  async #takeTurn({ endpoint, pace, signal }: ExchangedCall): Promise<void> {
    signal?.throwIfAborted();
    if (pace === undefined) return;
    const { pacer, rate, intervals } = pace;
    const { maxWaitMs } = this.#settings;
    const held = await pacer.admit({ endpoint, rate, intervals, maxWaitMs, signal, onWait: this.#onWait });
    if (held === undefined) return;
    const messageText =
      held.isInterval === true ? "Rate-limited; try again later" : "The server has locked this caller out";
    throw this.#lockError(held, { endpoint, status: 403, messageText: `Not sent. ${messageText}` });
  }

  async #note(pace: Pace | undefined, { outcome, isAnswered }: Sent, sentAt: Moment): Promise<RunningLock | undefined> {
    if (isLock(outcome)) {
      const { notice, refusal } = outcome;
      const unpaced = { kind: notice.kind, ms: notice.retryAfterMs ?? GUESSED_LOCK_MS };
      const held = (await pace?.pacer.noteLock(notice, sentAt)) ?? unpaced;
      const isTooLong = pace === undefined || held.ms > this.#settings.maxWaitMs;
      return { error: this.#lockError(held, refusal), isTooLong };
    }
    if (isAnswered) await pace?.pacer.noteAnswer(sentAt, pace.intervals);
    else pace?.pacer.noteSilence();
    return undefined;
  }

  #lockError({ kind, ms }: HeldLock, refusal: Refusal): FloodLockError {
    return new FloodLockError(refusal, { kind, retryAfterMs: ms, until: new Date(this.#settings.clock.now() + ms) });
  }
}

const isLock = (outcome: Sent["outcome"]): outcome is Locked => outcome.kind === "lock";

/**
 * The result of `ask`, or its failure. The signal that `ask` receives also ends it after the time limit. `who`: the
 * call as people know it, such as `file.ls: localhost:8080`.
 * @throws the reason of the signal
 */
export async function askInTime<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { signal, timeoutMs, host, who }: { signal: AbortSignal | undefined; timeoutMs: number; host: string; who: string },
): Promise<{ answer: Answer } | { answer: undefined; failure: Failed }> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return { answer: await ask(signal === undefined ? deadline : AbortSignal.any([signal, deadline])) };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = deadline.aborted
      ? new TimeoutError(`${who} did not answer within ${timeoutMs} ms.`, timeoutMs, { cause: error })
      : toNetworkError(error, host);
    return { answer: undefined, failure: { kind: "failure", error: failure, retryAfterMs: undefined } };
  }
}
