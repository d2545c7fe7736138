import { NotFoundError, type Refusal, ServerError, TimeoutError, WrongPasswordError } from "../errors.ts";
import type { Clock } from "../pacing/clock.ts";
import type { CallOptions } from "./api-caller.ts";
import { toNetworkError } from "./connection-errors.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { isPassing } from "./retry-rules.ts";

export interface PublicPagesSettings {
  /** Where pages of ids without a host are. */
  siteUrl: string;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
  clock: Clock;
}

/** Reads pages that need no key, so none is sent: a link may lead to any host. */
export class PublicPages {
  readonly #settings: PublicPagesSettings;

  constructor(settings: PublicPagesSettings) {
    this.#settings = settings;
  }

  get siteUrl(): string {
    return this.#settings.siteUrl;
  }

  /** The JSON behind an address; a form for a password comes as HTML. */
  async readJson(url: string, form: Record<string, string> | undefined, options: CallOptions): Promise<unknown> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#attempt(url, form, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!isPassing(error) || failures > this.#settings.retries) throw error;
        await this.#settings.clock.sleep(retryDelayMs(failures, undefined), options.signal ?? undefined);
      }
    }
  }

  async #attempt(url: string, form: Record<string, string> | undefined, options: CallOptions): Promise<unknown> {
    const { host } = new URL(url);
    const timeoutMs = options.timeoutMs ?? this.#settings.timeoutMs;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
    const body = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    try {
      const response = await this.#settings.fetch(url, { ...body, signal });
      return readPage(response, await response.text(), form !== undefined);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (deadline.aborted) {
        throw new TimeoutError(`${host} did not answer within ${timeoutMs} ms.`, timeoutMs, { cause: error });
      }
      throw error instanceof TypeError ? toNetworkError(error, host) : error;
    }
  }
}

function readPage(response: Response, text: string, hasPassword: boolean): unknown {
  const { status } = response;
  const refusal = (messageText: string): Refusal => ({ endpoint: "directory", status, messageText });
  if (status === 404 || status === 410) throw new NotFoundError(refusal("There is no such page"));
  if (status >= 500) throw new ServerError(refusal("The server failed"));
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError && /name=["']?pass/i.test(text)) {
      throw new WrongPasswordError(refusal(hasPassword ? "Another password is needed" : "A password is needed"));
    }
    throw new ServerError(refusal("The answer is no JSON"));
  }
}
