import { toNetworkError } from "../calls/connection-errors.ts";
import { readJsonAnswer, refusalText } from "../calls/json-answer.ts";
import type { KeySource } from "../calls/key-source.ts";
import { GUESSED_LOCK_MS } from "../calls/paced-exchange.ts";
import { rawBody } from "../calls/raw-body.ts";
import { judgeRefusal } from "../calls/refusals.ts";
import { retryDelayMs } from "../calls/retry-delay.ts";
import { isPassing } from "../calls/retry-rules.ts";
import type { ServerAddress } from "../calls/server-address.ts";
import { ApiError, NotSupportedError, ServerError, TimeoutError } from "../errors.ts";
import type { Clock } from "../pacing/clock.ts";
import { unlessAborted } from "../wait.ts";
import { type AccountEvent, EventText } from "./event-text.ts";

const ENDPOINT = "events";
/** The server sends something every 15 s. */
const SILENCE_MS = 45_000;
const MOST_REFUSAL_BYTES = 1024 * 1024;

export interface EventOptions {
  /** `id` of the last event received, possibly by an earlier run: events after it are sent first. */
  after?: string | undefined;
  /** Ends the stream, which then throws the reason of the signal. */
  signal?: AbortSignal | undefined;
}

export interface EventParts {
  address: ServerAddress;
  keys: KeySource;
  fetch: typeof fetch;
  timeoutMs: number;
  clock: Clock;
  silenceMs?: number;
}

/**
 * Changes in the account. Reconnects and resumes by itself, for as long as it takes, unless another attempt would fail
 * in the same way: then it throws.
 */
export async function* readEvents(
  parts: EventParts,
  { after, signal }: EventOptions = {},
): AsyncGenerator<AccountEvent, never> {
  let last = after;
  let failures = 0;
  for (;;) {
    let failure: Error | undefined;
    try {
      for await (const event of oneConnection(parts, last, signal)) {
        failures = 0;
        last = event.id;
        yield event;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      failure = error;
    }
    failures += 1;
    await parts.clock.sleep(retryDelayMs(failures, waitAfter(failure)), signal);
  }
}

/** How long the server asks us to wait. @throws errors that another attempt would not fix */
function waitAfter(failure: Error | undefined): number | undefined {
  if (failure === undefined || failure instanceof LockedError) return failure?.retryAfterMs;
  if (!isPassing(failure)) throw failure;
  return failure instanceof ApiError ? failure.retryAfterMs : undefined;
}

class LockedError extends Error {
  override name = "LockedError";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("The server locked the caller.");
    this.retryAfterMs = retryAfterMs;
  }
}

async function* oneConnection(
  parts: EventParts,
  after: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<AccountEvent> {
  const leaving = new AbortController();
  const ending = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const silence = new Silence(parts, leaving);
  try {
    const response = await silence.whileWaiting(connect(parts, after, ending));
    const decoder = new TextDecoder();
    const events = new EventText();
    const reader: ReadableStreamDefaultReader<Uint8Array> = (response.body ?? new Blob([]).stream()).getReader();
    for (;;) {
      const { done, value } = await silence.whileWaiting(unlessAborted(reader.read(), ending));
      if (done) return;
      yield* events.take(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (leaving.signal.aborted) throw leaving.signal.reason;
    throw error instanceof ApiError ? error : toNetworkError(error, new URL(parts.address.apiUrl).host);
  } finally {
    leaving.abort();
  }
}

/** A connection lost to a sleeping laptop or a forgetful router sends nothing any more, and does not end either. */
class Silence {
  readonly #ms: number;
  readonly #leaving: AbortController;

  constructor({ silenceMs = SILENCE_MS }: EventParts, leaving: AbortController) {
    this.#ms = silenceMs;
    this.#leaving = leaving;
  }

  async whileWaiting<Value>(promise: Promise<Value>): Promise<Value> {
    const error = new TimeoutError(`${ENDPOINT}: nothing was received for ${this.#ms} ms.`, this.#ms);
    const timer = setTimeout(() => this.#leaving.abort(error), this.#ms);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function connect(parts: EventParts, after: string | undefined, signal: AbortSignal): Promise<Response> {
  const { address, keys } = parts;
  if (address.isOriginal) {
    const messageText = "1fichier.com has no events; Consigne servers do";
    throw new NotSupportedError({ endpoint: ENDPOINT, status: 404, messageText });
  }
  const url = new URL("/x/v1/events", address.origin);
  if (after !== undefined) url.searchParams.set("after", after);
  const apiKey = await unlessAborted(keys.current(), signal);
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (apiKey !== undefined) headers["authorization"] = `Bearer ${apiKey}`;
  // A redirect would send the key to the host that it names.
  const response = await parts.fetch(url.href, { headers, redirect: "manual", signal, cache: "no-store" });
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (response.status === 200 && isStream) return response;
  throw await refusalOf(parts, response, apiKey);
}

async function refusalOf(
  { address, clock }: EventParts,
  response: Response,
  apiKey: string | undefined,
): Promise<Error> {
  const answer = await readJsonAnswer(response, clock.now(), MOST_REFUSAL_BYTES);
  const { status, requestId, retryAfterMs, text, body } = answer;
  const refusal = { endpoint: ENDPOINT, status, requestId, retryAfterMs, ...refusalText(answer) };
  const told = { ...refusal, rawBody: rawBody(text, [apiKey]) };
  if (status >= 200 && status < 400)
    return new ServerError({ ...told, messageText: "The answer is not a stream of events" });
  const { isOriginal, addressPath } = address;
  const { error, lock } = judgeRefusal(told, {
    retryAfterMs,
    isApiAnswer: body !== undefined,
    isOriginal,
    addressPath,
  });
  return error ?? new LockedError(lock?.retryAfterMs ?? GUESSED_LOCK_MS);
}
