import type { EndpointName } from "@consigne/contract";
import type { CallAttempt, ClientHooks, Logger } from "../client-options.ts";
import { FloodLockError, type Refusal, TimeoutError } from "../errors.ts";
import type { Clock } from "../pacing/clock.ts";
import type { CallInterval, HeldLock, Pacer } from "../pacing/pacer.ts";
import type { ApiCaller, CallAnswer, CallOptions, CallRequest } from "./api-caller.ts";
import { withoutNulls } from "./call-body.ts";
import { toNetworkError } from "./connection-errors.ts";
import { isRefusal, type JsonAnswer, readJsonAnswer, refusalText } from "./json-answer.ts";
import { type Operation, operations, pathOf } from "./operations.ts";
import { redacted } from "./redact.ts";
import { judgeRefusal, type LockNotice } from "./refusals.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { isPassing, mayHaveBeenDone } from "./retry-rules.ts";
import type { ServerAddress } from "./server-address.ts";

export interface HttpCallerSettings {
  address: ServerAddress;
  apiKey: string | undefined;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
  /** Longest `Retry-After` that is waited for. */
  maxWaitMs: number;
  logger: Logger | undefined;
  hooks: ClientHooks;
  clock: Clock;
  /** Undefined: calls go out at once and a lock is thrown. */
  pacer: Pacer | undefined;
  /** What a call has to keep apart from the one before. */
  intervalsOf(name: EndpointName, body: object): Promise<readonly CallInterval[]>;
}

/** What came of one attempt. */
type Outcome =
  | { kind: "answer"; body: object }
  | { kind: "lock"; notice: LockNotice; refusal: Refusal }
  | { kind: "failure"; error: Error; retryAfterMs: number | undefined };

/** A call on its way through its attempts. */
interface RunningCall {
  operation: Operation;
  body: string;
  options: CallOptions;
  intervals: readonly CallInterval[];
  attempt: number;
  /** Failed attempts that count against the retries; locks do not. */
  failures: number;
  isAfterUnclearAttempt: boolean;
}

/** Calls over `fetch`: paced, repeated where that is safe, refusals thrown as errors. */
export class HttpCaller implements ApiCaller {
  readonly #settings: HttpCallerSettings;

  constructor(settings: HttpCallerSettings) {
    this.#settings = settings;
  }

  async call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options: CallOptions = {},
  ): Promise<CallAnswer<Name>> {
    const intervals = this.#settings.pacer === undefined ? [] : await this.#settings.intervalsOf(name, body);
    const call: RunningCall = {
      operation: operations[name],
      body: JSON.stringify(withoutNulls(body)),
      options,
      intervals,
      attempt: 0,
      failures: 0,
      isAfterUnclearAttempt: false,
    };
    this.#settings.logger?.debug(`call ${call.operation.operation}`, { body: redacted(body) });
    return (await this.#run(call)) as CallAnswer<Name>;
  }

  async #run(call: RunningCall): Promise<object> {
    for (;;) {
      const outcome = await this.#attempt(call);
      if (outcome.kind === "answer") return outcome.body;
      if (outcome.kind === "failure") await this.#waitToRepeat(call, outcome);
    }
  }

  async #attempt(call: RunningCall): Promise<Outcome> {
    const { clock, pacer, hooks } = this.#settings;
    const endpoint = call.operation.operation;
    call.options.signal?.throwIfAborted();
    const lock = await pacer?.admit({
      endpoint,
      intervals: call.intervals,
      signal: call.options.signal,
      onWait: hooks.onWait?.bind(hooks),
    });
    if (lock !== undefined) throw this.#lockError(lock, heldRefusal(endpoint));
    call.attempt += 1;
    const attempt: CallAttempt = { endpoint, attempt: call.attempt };
    hooks.beforeCall?.(attempt);
    const sentAtMs = clock.now();
    const { outcome, answer } = await this.#send(call);
    const error = outcome.kind === "failure" ? outcome.error : undefined;
    hooks.afterCall?.({
      ...attempt,
      ms: clock.now() - sentAtMs,
      ...(answer === undefined ? {} : { status: answer.status, requestId: answer.requestId }),
      ...(error === undefined ? {} : { error }),
    });
    if (outcome.kind === "lock") await this.#noteLock(outcome, sentAtMs);
    else if (answer !== undefined) await pacer?.noteAnswer(sentAtMs);
    return outcome;
  }

  async #noteLock(outcome: { notice: LockNotice; refusal: Refusal }, sentAtMs: number): Promise<void> {
    const { pacer, clock, maxWaitMs, logger } = this.#settings;
    const { notice, refusal } = outcome;
    logger?.warn(`${refusal.endpoint} was refused: ${refusal.messageText}`, { kind: notice.kind });
    if (pacer === undefined) {
      const untilMs = clock.now() + (notice.retryAfterMs ?? 30_000);
      throw this.#lockError({ ...notice, untilMs }, refusal);
    }
    const held = await pacer.noteLock(notice, sentAtMs);
    if (held.untilMs - clock.now() > maxWaitMs) throw this.#lockError(held, refusal);
  }

  async #waitToRepeat(call: RunningCall, failure: { error: Error; retryAfterMs: number | undefined }): Promise<void> {
    const { retries, maxWaitMs, hooks, clock, logger } = this.#settings;
    const { error, retryAfterMs } = failure;
    call.failures += 1;
    const isUnclear = mayHaveBeenDone(error);
    const isHopeless = !isPassing(error) || (isUnclear && call.operation.repeat === "unsent");
    if (isHopeless || call.failures > retries || (retryAfterMs ?? 0) > maxWaitMs) throw error;
    call.isAfterUnclearAttempt ||= isUnclear;
    const delayMs = retryDelayMs(call.failures, retryAfterMs);
    const endpoint = call.operation.operation;
    logger?.debug(`${endpoint} is tried again in ${delayMs} ms: ${error.message}`);
    hooks.onRetry?.({ endpoint, attempt: call.attempt, delayMs, error });
    if (retryAfterMs !== undefined) {
      hooks.onWait?.({ reason: "retry-after", ms: delayMs, untilMs: clock.now() + delayMs, endpoint });
    }
    await clock.sleep(delayMs, call.options.signal);
  }

  async #send(call: RunningCall): Promise<{ outcome: Outcome; answer?: JsonAnswer }> {
    const timeoutMs = call.options.timeoutMs ?? this.#settings.timeoutMs;
    const { signal } = call.options;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.#fetch(call, signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
      return { answer, outcome: this.#judge(call, answer) };
    } catch (error) {
      signal?.throwIfAborted();
      const host = new URL(this.#settings.address.apiUrl).host;
      const endpoint = call.operation.operation;
      const failure = deadline.aborted
        ? new TimeoutError(`${endpoint}: ${host} did not answer within ${timeoutMs} ms.`, timeoutMs, { cause: error })
        : toNetworkError(error, host);
      return { outcome: { kind: "failure", error: failure, retryAfterMs: undefined } };
    }
  }

  async #fetch(call: RunningCall, signal: AbortSignal): Promise<JsonAnswer> {
    const { address, apiKey, clock } = this.#settings;
    const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
    if (apiKey !== undefined) headers["authorization"] = `Bearer ${apiKey}`;
    const url = `${address.apiUrl}/${pathOf(call.operation)}`;
    // A redirect would carry the key to whoever it names.
    const request = { method: "POST", headers, body: call.body, redirect: "manual", signal } as const;
    return readJsonAnswer(await this.#settings.fetch(url, request), clock.now());
  }

  #judge(call: RunningCall, answer: JsonAnswer): Outcome {
    if (!isRefusal(answer) && answer.body !== undefined) return { kind: "answer", body: answer.body };
    const { retryAfterMs } = answer;
    const refusal: Refusal = {
      endpoint: call.operation.operation,
      status: answer.status,
      ...refusalText(answer),
      requestId: answer.requestId,
      isAfterUnclearAttempt: call.isAfterUnclearAttempt,
    };
    const isApiAnswer = answer.body !== undefined;
    const verdict = judgeRefusal(refusal, { retryAfterMs, isApiAnswer, isOriginal: this.#settings.address.isOriginal });
    return verdict.error === undefined
      ? { kind: "lock", notice: verdict.lock, refusal }
      : { kind: "failure", error: verdict.error, retryAfterMs };
  }

  #lockError(lock: HeldLock, refusal: Refusal): FloodLockError {
    const retryAfterMs = Math.max(0, lock.untilMs - this.#settings.clock.now());
    return new FloodLockError(refusal, { kind: lock.kind, retryAfterMs, until: new Date(lock.untilMs) });
  }
}

/** Nothing was sent: the lock is known already, perhaps from another process. */
const heldRefusal = (endpoint: string): Refusal => ({ endpoint, status: 403, messageText: "Held back: a lock is on" });
