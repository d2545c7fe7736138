import type { EndpointName } from "@consigne/contract";
import type { CallAttempt, ClientHooks, Logger, Wait } from "../client-options.ts";
import { FloodLockError, IncompleteAnswerError, type Refusal, TimeoutError } from "../errors.ts";
import { type Clock, type Moment, momentOf, msBetween } from "../pacing/clock.ts";
import type { CallInterval, HeldLock, Pacer, PaceRate } from "../pacing/pacer.ts";
import type { ApiCaller, CallAnswer, CallOptions, CallRequest, PathCallOptions } from "./api-caller.ts";
import { withoutNulls } from "./call-body.ts";
import { toNetworkError, wasCut } from "./connection-errors.ts";
import { isRefusal, type JsonAnswer, readJsonAnswer, refusalText } from "./json-answer.ts";
import type { KeySource } from "./key-source.ts";
import { type Operation, operationAt, operations, pathOf } from "./operations.ts";
import { rawBody, secretsOf } from "./raw-body.ts";
import { redacted } from "./redact.ts";
import { judgeRefusal, type LockNotice } from "./refusals.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { isPassing, mayHaveBeenDone } from "./retry-rules.ts";
import type { ServerAddress } from "./server-address.ts";
import { fieldsOf } from "../resources/wire-values.ts";
import { unlessAborted } from "../wait.ts";
import { whatIsMissing } from "./whole-answers.ts";

/** Where nothing else is known of a lock. */
const GUESSED_LOCK_MS = 30_000;

export interface HttpCallerSettings {
  address: ServerAddress;
  keys: KeySource;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
  /** Of an answer in memory. */
  maxAnswerBytes: number;
  /** Longest lock, interval or `Retry-After` that is waited for. */
  maxWaitMs: number;
  logger: Logger | undefined;
  hooks: ClientHooks;
  clock: Clock;
  /** Undefined: the call goes out at once and a lock is thrown. */
  paceOf(name: EndpointName | undefined, body: object): Promise<Pace | undefined>;
  /** The server locked the caller although it kept to the pace. */
  onLock?: () => void;
}

/** What a call keeps to. */
export interface Pace {
  pacer: Pacer;
  rate: PaceRate | undefined;
  /** What it has to keep apart from the call before of its kind. */
  intervals: readonly CallInterval[];
}

/** What came of one attempt. */
type Outcome =
  | { kind: "answer"; body: object; error?: undefined }
  | { kind: "lock"; notice: LockNotice; refusal: Refusal }
  | { kind: "failure"; error: Error; retryAfterMs: number | undefined };

/** A call on its way through its attempts. */
interface RunningCall {
  operation: Operation;
  body: string;
  /** What a success lacks; undefined when it is whole. */
  missingIn(answer: object): string | undefined;
  options: CallOptions;
  pace: Pace | undefined;
  attempt: number;
  /** Failed attempts that count against the retries; locks do not. */
  failures: number;
  isAfterUnclearAttempt: boolean;
  /** Of the attempt under way. */
  apiKey: string | undefined;
  /** What the request carries that must not show up in an error. */
  secrets: readonly string[];
  hasRepeatedAtOnce: boolean;
}

/** Calls over `fetch`: paced, repeated where that is safe, refusals thrown as errors. */
export class HttpCaller implements ApiCaller {
  readonly #settings: HttpCallerSettings;
  /** The same function for all calls: whoever waits in a crowd is told once. */
  readonly #onWait: ((wait: Wait) => void) | undefined;
  /** There may be a connection that is kept. */
  #hasAnswered = false;

  constructor(settings: HttpCallerSettings) {
    this.#settings = settings;
    const { hooks } = settings;
    this.#onWait = hooks.onWait === undefined ? undefined : (wait) => hooks.onWait?.(wait);
  }

  async call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options: CallOptions = {},
  ): Promise<CallAnswer<Name>> {
    return (await this.#start(operations[name], name, body, options)) as CallAnswer<Name>;
  }

  async callPath(path: string, body: object, options: PathCallOptions = {}): Promise<Record<string, unknown>> {
    const { isRepeatable = false, ...callOptions } = options;
    return fieldsOf(await this.#start(operationAt(path, isRepeatable), undefined, body, callOptions));
  }

  async #start(
    operation: Operation,
    name: EndpointName | undefined,
    body: object,
    options: CallOptions,
  ): Promise<object> {
    options.signal?.throwIfAborted();
    const call: RunningCall = {
      operation,
      body: JSON.stringify(withoutNulls(body)),
      missingIn: (answer) => (name === undefined ? undefined : whatIsMissing(name, body, answer)),
      options,
      pace: await this.#settings.paceOf(name, body),
      attempt: 0,
      failures: 0,
      isAfterUnclearAttempt: false,
      apiKey: undefined,
      secrets: secretsOf(body),
      hasRepeatedAtOnce: false,
    };
    this.#settings.logger?.debug(`call ${operation.operation}`, { body: redacted(body) });
    return this.#run(call);
  }

  async #run(call: RunningCall): Promise<object> {
    for (;;) {
      const outcome = await this.#attempt(call);
      if (outcome.kind === "answer") return outcome.body;
      if (outcome.kind === "failure" && !this.#isStale(call, outcome.error)) await this.#waitToRepeat(call, outcome);
    }
  }

  /**
   * The server, or a proxy on the way, closed a connection that had been kept just as the call went out on it. That says
   * nothing about the server, so the call goes out once more at once. Whether the first was read nobody knows: calls that
   * must not be done twice are left out.
   */
  #isStale(call: RunningCall, error: Error): boolean {
    if (!this.#hasAnswered || call.hasRepeatedAtOnce) return false;
    if (call.operation.repeat !== "always" || !wasCut(error)) return false;
    call.hasRepeatedAtOnce = true;
    call.isAfterUnclearAttempt = true;
    return true;
  }

  async #attempt(call: RunningCall): Promise<Outcome> {
    await this.#takeTurn(call);
    call.attempt += 1;
    const attempt: CallAttempt = { endpoint: call.operation.operation, attempt: call.attempt };
    const { clock, hooks } = this.#settings;
    const sentAt = momentOf(clock);
    let isNoted = false;
    try {
      call.apiKey = await unlessAborted(this.#settings.keys.current(), call.options.signal);
      hooks.beforeCall?.(attempt);
      const { outcome, answer } = await this.#send(call);
      isNoted = true;
      const held = await this.#note(call, outcome, answer, sentAt);
      const error = outcome.kind === "lock" ? this.#lockError(held, outcome.refusal) : outcome.error;
      hooks.afterCall?.({
        ...attempt,
        ms: msBetween(sentAt, momentOf(clock)),
        ...(answer === undefined ? {} : { status: answer.status, requestId: answer.requestId }),
        ...(error === undefined ? {} : { error }),
      });
      if (outcome.kind === "lock") this.#giveUpLongLock(call, held, outcome.refusal);
      if (answer !== undefined) this.#hasAnswered = true;
      if (outcome.kind === "answer" && answer !== undefined) this.#tellResponse(call, answer);
      return outcome;
    } finally {
      if (!isNoted) call.pace?.pacer.noteSilence();
    }
  }

  #tellResponse({ attempt, options }: RunningCall, { status, headers = new Headers(), requestId }: JsonAnswer): void {
    options.onResponse?.({ status, headers, requestId, attempts: attempt });
  }

  /** @throws {FloodLockError} a lock or an interval lasts longer than anybody waits */
  async #takeTurn(call: RunningCall): Promise<void> {
    const { maxWaitMs } = this.#settings;
    const endpoint = call.operation.operation;
    const { signal } = call.options;
    signal?.throwIfAborted();
    if (call.pace === undefined) return;
    const { pacer, rate, intervals } = call.pace;
    const onWait = this.#onWait;
    const held = await pacer.admit({ endpoint, rate, intervals, maxWaitMs, signal, onWait });
    if (held === undefined) return;
    const messageText = held.isInterval === true ? "Rate-limited; try again later" : "A lock is on";
    throw this.#lockError(held, { endpoint, status: 403, messageText: `Not sent. ${messageText}` });
  }

  /** Tells the pacer how a call ended; answers the lock when it ended in one. */
  async #note(
    { pace }: RunningCall,
    outcome: Outcome,
    answer: JsonAnswer | undefined,
    sentAt: Moment,
  ): Promise<HeldLock> {
    if (outcome.kind === "lock") {
      const { notice, refusal } = outcome;
      this.#settings.logger?.warn(`${refusal.endpoint} was refused: ${refusal.messageText}`, { kind: notice.kind });
      this.#settings.onLock?.();
      if (pace !== undefined) return pace.pacer.noteLock(notice, sentAt);
      return { kind: notice.kind, ms: notice.retryAfterMs ?? GUESSED_LOCK_MS };
    }
    if (answer === undefined) pace?.pacer.noteSilence();
    else await pace?.pacer.noteAnswer(sentAt, pace.intervals);
    return { kind: "ip", ms: 0 };
  }

  #giveUpLongLock(call: RunningCall, held: HeldLock, refusal: Refusal): void {
    if (call.pace === undefined || held.ms > this.#settings.maxWaitMs) throw this.#lockError(held, refusal);
  }

  async #waitToRepeat(call: RunningCall, failure: { error: Error; retryAfterMs: number | undefined }): Promise<void> {
    const { maxWaitMs, hooks, clock, logger } = this.#settings;
    const retries = call.options.retries ?? this.#settings.retries;
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
    const { address, clock, maxAnswerBytes } = this.#settings;
    const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
    if (call.apiKey !== undefined) headers["authorization"] = `Bearer ${call.apiKey}`;
    const url = `${address.apiUrl}/${pathOf(call.operation)}`;
    // A redirect would carry the key to whoever it names.
    const request = { method: "POST", headers, body: call.body, redirect: "manual", signal } as const;
    return readJsonAnswer(await this.#settings.fetch(url, request), clock.now(), maxAnswerBytes);
  }

  #judge(call: RunningCall, answer: JsonAnswer): Outcome {
    const { retryAfterMs } = answer;
    const refusal: Refusal = {
      endpoint: call.operation.operation,
      status: answer.status,
      ...refusalText(answer),
      requestId: answer.requestId,
      retryAfterMs,
      isAfterUnclearAttempt: call.isAfterUnclearAttempt,
      rawBody: rawBody(answer.text, [call.apiKey, ...call.secrets]),
    };
    if (!isRefusal(answer) && answer.body !== undefined) {
      const missing = call.missingIn(answer.body);
      if (missing === undefined) return { kind: "answer", body: answer.body };
      return { kind: "failure", error: new IncompleteAnswerError(refusal, missing), retryAfterMs };
    }
    const isApiAnswer = answer.body !== undefined;
    const { isOriginal, addressPath } = this.#settings.address;
    const verdict = judgeRefusal(refusal, { retryAfterMs, isApiAnswer, isOriginal, addressPath });
    return verdict.error === undefined
      ? { kind: "lock", notice: verdict.lock, refusal }
      : { kind: "failure", error: verdict.error, retryAfterMs };
  }

  #lockError({ kind, ms }: HeldLock, refusal: Refusal): FloodLockError {
    const until = new Date(this.#settings.clock.now() + ms);
    return new FloodLockError(refusal, { kind, retryAfterMs: ms, until });
  }
}
