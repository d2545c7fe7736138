import type { EndpointName } from "@consigne/contract";
import type { CallAttempt, ClientHooks, Logger } from "../client-options.ts";
import { IncompleteAnswerError, NotSupportedError, type Refusal } from "../errors.ts";
import type { Clock } from "../pacing/clock.ts";
import type { ApiCaller, CallAnswer, CallOptions, CallRequest, PathCallOptions } from "./api-caller.ts";
import { withoutNulls } from "./call-body.ts";
import { wasCut } from "./connection-errors.ts";
import { isRefusal, type JsonAnswer, readJsonAnswer, refusalText } from "./json-answer.ts";
import { type Person, personProof } from "./person-proof.ts";
import type { KeySource } from "./key-source.ts";
import { type Operation, operationAt, operations, urlOf } from "./operations.ts";
import { askInTime, type ExchangedCall, type Failed, type Locked, type Pace, PacedExchange } from "./paced-exchange.ts";
import { rawBody, secretsOf } from "./raw-body.ts";
import { redacted } from "./redact.ts";
import { judgeRefusal } from "./refusals.ts";
import { arrivalOf, mayHaveBeenDone } from "./retry-rules.ts";
import type { ServerAddress } from "./server-address.ts";
import { fieldsOf } from "../resources/wire-values.ts";
import { unlessAborted } from "../wait.ts";
import { whatIsMissing } from "./whole-answers.ts";

export interface HttpCallerSettings {
  address: ServerAddress;
  keys: KeySource;
  /** Sent in place of a key. */
  person: Person | undefined;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
  /** Longest answer that is read into memory. */
  maxAnswerBytes: number;
  /** Longest lock, interval or `Retry-After` that is waited for. */
  maxWaitMs: number;
  logger: Logger | undefined;
  hooks: ClientHooks;
  clock: Clock;
  /** Undefined: the call goes out at once and a lock is thrown. */
  paceOf(name: EndpointName | undefined, body: object): Promise<Pace | undefined>;
  /** Called when the server locked the caller although it kept to the pace. */
  onLock?: () => void;
}

/** About four minutes, by `retryDelayMs`: enough for a server to restart, or to be upgraded. */
const RETRIES_OF_WAITING_CALLS = 13;

/** The outcome of one attempt. */
type Outcome = { kind: "answer"; body: object; error?: undefined } | Locked | Failed;

/** A call in progress, over all its attempts. */
interface RunningCall extends ExchangedCall {
  operation: Operation;
  url: string;
  body: string;
  /** What is missing from a successful answer; undefined if it is complete. */
  missingIn(answer: object): string | undefined;
  options: CallOptions;
  attempt: number;
  /** Failed attempts that count against the retries; locks do not. */
  failures: number;
  /** Bytes of the file that the call waits for, as last reported; undefined if it was not told to wait. */
  arrivedBytes: number | undefined;
  /** Failed attempts in a row since it was last told to wait. */
  outages: number;
  isAfterUnclearAttempt: boolean;
  /** Of the current attempt. */
  apiKey: string | undefined;
  /** Values in the request that must not appear in an error. */
  secrets: readonly string[];
  hasRepeatedAtOnce: boolean;
}

/** Calls over `fetch`: paced, retried where that is safe, with typed errors. */
export class HttpCaller implements ApiCaller {
  readonly #settings: HttpCallerSettings;
  readonly #exchange: PacedExchange;
  /** There may be a connection that was kept open. */
  #hasAnswered = false;

  constructor(settings: HttpCallerSettings) {
    this.#settings = settings;
    this.#exchange = new PacedExchange(settings);
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
    const url = urlOf(operation, this.#settings.address);
    if (url === undefined) throw notOnOriginal(operation);
    const call: RunningCall = {
      operation,
      url,
      endpoint: operation.operation,
      signal: options.signal,
      body: JSON.stringify(withoutNulls(body)),
      missingIn: (answer) => (name === undefined ? undefined : whatIsMissing(name, body, answer)),
      options,
      pace: await this.#settings.paceOf(name, body),
      attempt: 0,
      failures: 0,
      arrivedBytes: undefined,
      outages: 0,
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
   * The server, or a proxy in between, closed a kept connection just as the call was sent on it. That says nothing
   * about the server, so the call is sent again at once. Nobody knows whether the first was read, so calls that must
   * not run twice are excluded.
   */
  #isStale(call: RunningCall, error: Error): boolean {
    if (!this.#hasAnswered || call.hasRepeatedAtOnce) return false;
    if (call.operation.repeat !== "always" || !wasCut(error)) return false;
    call.hasRepeatedAtOnce = true;
    call.isAfterUnclearAttempt = true;
    return true;
  }

  async #attempt(call: RunningCall): Promise<Outcome> {
    const { hooks } = this.#settings;
    const attempt: CallAttempt = { endpoint: call.endpoint, attempt: call.attempt + 1 };
    const { outcome, answer, ms, lock } = await this.#exchange.attempt(call, async () => {
      call.attempt += 1;
      call.apiKey = await unlessAborted(this.#settings.keys.current(), call.signal);
      hooks.beforeCall?.(attempt);
      return await this.#send(call);
    });
    const error = outcome.kind === "lock" ? lock?.error : outcome.error;
    hooks.afterCall?.({
      ...attempt,
      ms,
      ...(answer === undefined ? {} : { status: answer.status, requestId: answer.requestId }),
      ...(error === undefined ? {} : { error }),
    });
    if (lock?.isTooLong === true) throw lock.error;
    if (answer !== undefined) this.#hasAnswered = true;
    if (outcome.kind === "answer" && answer !== undefined) this.#tellResponse(call, answer);
    return outcome;
  }

  #tellResponse(call: RunningCall, { status, headers = new Headers(), requestId }: JsonAnswer): void {
    const { attempt: attempts, isAfterUnclearAttempt } = call;
    call.options.onResponse?.({ status, headers, requestId, attempts, isAfterUnclearAttempt });
  }

  async #waitToRepeat(call: RunningCall, failure: Failed): Promise<void> {
    const isUnclear = mayHaveBeenDone(failure.error);
    const counted = countFailure(call, failure.error, call.options.retries ?? this.#settings.retries);
    if (isUnclear && call.operation.repeat === "unsent") throw failure.error;
    call.isAfterUnclearAttempt ||= isUnclear;
    await this.#exchange.waitToRepeat(failure, { ...call, ...counted }, (delayMs) =>
      this.#settings.logger?.debug(`retrying ${call.endpoint} in ${delayMs} ms: ${failure.error.message}`),
    );
  }

  async #send(call: RunningCall): Promise<{ outcome: Outcome; answer: JsonAnswer | undefined; isAnswered: boolean }> {
    const { address, timeoutMs, logger, onLock } = this.#settings;
    const { host } = new URL(address.apiUrl);
    const limits = { signal: call.signal, timeoutMs: call.options.timeoutMs ?? timeoutMs, host };
    const asked = await askInTime((signal) => this.#fetch(call, signal), {
      ...limits,
      who: `${call.endpoint}: ${host}`,
    });
    if (asked.answer === undefined) return { outcome: asked.failure, answer: undefined, isAnswered: false };
    const { answer } = asked;
    const outcome = this.#judge(call, answer);
    if (outcome.kind === "lock") {
      logger?.warn(`${call.endpoint} was refused: ${outcome.refusal.messageText}`, { kind: outcome.notice.kind });
      onLock?.();
    }
    return { outcome, answer, isAnswered: true };
  }

  async #fetch(call: RunningCall, signal: AbortSignal): Promise<JsonAnswer> {
    const { clock, maxAnswerBytes } = this.#settings;
    const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
    const { person } = this.#settings;
    if (person !== undefined) headers["authorization"] = personProof(person);
    else if (call.apiKey !== undefined) headers["authorization"] = `Bearer ${call.apiKey}`;
    // A redirect would send the key to the host that it names.
    const request = { method: "POST", headers, body: call.body, redirect: "manual", signal } as const;
    return readJsonAnswer(await this.#settings.fetch(call.url, request), clock.now(), maxAnswerBytes);
  }

  #judge(call: RunningCall, answer: JsonAnswer): Outcome {
    const { retryAfterMs } = answer;
    const refusal: Refusal = {
      endpoint: call.endpoint,
      status: answer.status,
      ...refusalText(answer),
      requestId: answer.requestId,
      retryAfterMs,
      isAfterUnclearAttempt: call.isAfterUnclearAttempt,
      rawBody: rawBody(answer.text, [call.apiKey, this.#settings.person?.password, ...call.secrets]),
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
}

/**
 * What counts against how many retries. Who waits for a file that is still being uploaded has waited for long already,
 * so a server that restarts meanwhile is waited for as well, with a count of its own.
 */
function countFailure(
  call: Pick<RunningCall, "failures" | "arrivedBytes" | "outages">,
  error: Error,
  retries: number,
): { failures: number; retries: number } {
  const receivedBytes = arrivalOf(error)?.receivedBytes;
  if (receivedBytes === undefined && call.arrivedBytes !== undefined) {
    call.outages += 1;
    return { failures: call.outages, retries: retries === 0 ? 0 : Math.max(retries, RETRIES_OF_WAITING_CALLS) };
  }
  call.outages = 0;
  if (receivedBytes !== undefined) {
    if (receivedBytes > (call.arrivedBytes ?? 0)) call.failures = 0;
    call.arrivedBytes = Math.max(call.arrivedBytes ?? 0, receivedBytes);
  }
  call.failures += 1;
  return { failures: call.failures, retries };
}

function notOnOriginal({ operation }: Operation): NotSupportedError {
  const messageText = "1fichier.com does not have this call; Consigne servers do";
  return new NotSupportedError({ endpoint: operation, status: 404, messageText });
}
