import { type Clock, steadyMs } from "../pacing/clock.ts";
import { type ServerDescription, toServerDescription } from "./server-description.ts";
import { toNetworkError } from "./connection-errors.ts";

const TIMEOUT_MS = 15_000;
/** A server may be started anew with other limits. */
const KEPT_MS = 3_600_000;

/** Asks a host once what it is, for all clients of this process. */
export class ServerInquiry {
  readonly #clock: Clock;
  #known: { description: ServerDescription | undefined; atMs: number } | undefined;
  #asking: Promise<ServerDescription | undefined> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Undefined when the server does not say.
   * @throws {NetworkError} no answer; the next one asks again
   */
  ask(origin: string, fetcher: typeof fetch): Promise<ServerDescription | undefined> {
    if (this.#known !== undefined && Math.abs(steadyMs(this.#clock) - this.#known.atMs) < KEPT_MS) {
      return Promise.resolve(this.#known.description);
    }
    this.#asking ??= this.#ask(origin, fetcher).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** What it said does not hold: it locked a caller who kept to it. */
  forget(): void {
    this.#known = undefined;
  }

  async #ask(origin: string, fetcher: typeof fetch): Promise<ServerDescription | undefined> {
    const response = await this.#fetch(origin, fetcher);
    const text = await response.text();
    // A server in trouble says nothing about what it is.
    if (response.status >= 500 || response.status === 429) return undefined;
    const description = response.ok ? toServerDescription(parsed(text)) : undefined;
    this.#known = { description, atMs: steadyMs(this.#clock) };
    return description;
  }

  async #fetch(origin: string, fetcher: typeof fetch): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return await fetcher(`${origin}/x/v1/about`, {
        headers: { accept: "application/json" },
        redirect: "manual",
        signal,
      });
    } catch (error) {
      throw toNetworkError(error, new URL(origin).host);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
