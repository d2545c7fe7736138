import { toNetworkError } from "../calls/connection-errors.ts";
import { TimeoutError } from "../errors.ts";
import type { ByteRequest, ByteResponse, Platform } from "./platform.ts";

/** Browsers and other runtimes without Node's modules. */
export const platform: Platform = {
  send: sendWithFetch,
  fetch: (input, init) => globalThis.fetch(input, init),
  files: undefined,
  startSha256: undefined,
  steadyTime: () => ({ ms: performance.now(), clock: "page" }),
};

/**
 * Browsers cannot stream a request body over HTTP/1.1 and hide the target of a redirect from the page, so the body is
 * sent as one Blob and redirects are followed; fetch drops the key on the way to another origin.
 */
async function sendWithFetch(request: ByteRequest): Promise<ByteResponse> {
  const { body } = request;
  const clock = new SilenceClock(body === undefined ? request.idleTimeoutMs : request.answerTimeoutMs);
  const signal = request.signal === undefined ? clock.signal : AbortSignal.any([request.signal, clock.signal]);
  const failure = (error: unknown): unknown => {
    if (request.signal?.aborted === true) return request.signal.reason;
    if (clock.signal.aborted) return clock.signal.reason;
    return toNetworkError(error, new URL(request.url).host);
  };
  const blob = await body?.toBlob();
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: blob ?? null,
      redirect: "follow",
      signal,
    });
    if (body !== undefined) body.onSent?.(body.sizeBytes);
    clock.restart(request.idleTimeoutMs);
    return webResponse(response, clock, failure);
  } catch (error) {
    clock.stop();
    throw failure(error);
  }
}

function webResponse(response: Response, clock: SilenceClock, failure: (error: unknown) => unknown): ByteResponse {
  return {
    status: response.status,
    url: response.url,
    header: (name) => response.headers.get(name) ?? undefined,
    body: readBody(response, clock, failure),
    cancel: () => {
      clock.stop();
      response.body?.cancel().catch(() => undefined);
    },
  };
}

async function* readBody(
  response: Response,
  clock: SilenceClock,
  failure: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return clock.stop();
  try {
    for (;;) {
      clock.restart();
      const read = (await reader.read()) as { value?: Uint8Array };
      clock.stop();
      if (read.value === undefined) return;
      yield read.value;
    }
  } catch (error) {
    throw failure(error);
  } finally {
    clock.stop();
    reader.cancel().catch(() => undefined);
  }
}

/** Aborts its signal unless it is reset in time. */
class SilenceClock {
  readonly #ending = new AbortController();
  #timeoutMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  restart(timeoutMs = this.#timeoutMs): void {
    this.stop();
    this.#timeoutMs = timeoutMs;
    const ring = () => this.#ending.abort(new TimeoutError(`Nothing was transferred for ${timeoutMs} ms.`, timeoutMs));
    this.#timer = setTimeout(ring, timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
