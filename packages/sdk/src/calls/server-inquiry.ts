import { type Clock, steadyMs } from "../pacing/clock.ts";
import { type ServerDescription, toServerDescription } from "./server-description.ts";
import { readBody } from "./read-body.ts";
import { toNetworkError } from "./connection-errors.ts";

const TIMEOUT_MS = 15_000;
/** What a server says about itself is short. */
const MAX_BYTES = 1024 * 1024;
/** A server may be restarted with other limits. */
const KEPT_MS = 3_600_000;

/** The answer of a server that was asked what it is. */
export interface ServerAnswer {
  /** HTTP status; 1fichier.com answers 404. */
  status: number;
  /** Undefined if the server does not say. */
  description: ServerDescription | undefined;
  /** How far the local clock is ahead of the server's, in milliseconds; the server gives its time to the second. */
  clockAheadMs: number | undefined;
}

/** Asks each host once what it is, for all clients of this process. */
export class ServerInquiry {
  readonly #clock: Clock;
  #known: { description: ServerDescription | undefined; atMs: number } | undefined;
  #asking: Promise<ServerDescription | undefined> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Undefined if the server does not say.
   * @throws {NetworkError} no answer; the next call asks again
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

  /** Asks now, whatever is known already. @throws {NetworkError} no answer */
  async askAnew(origin: string, fetcher: typeof fetch, signal?: AbortSignal): Promise<ServerAnswer> {
    const startedMs = this.#clock.now();
    const response = await this.#fetch(origin, fetcher, signal);
    const midwayMs = (startedMs + this.#clock.now()) / 2;
    const serverMs = Date.parse(response.headers.get("date") ?? "");
    const { status } = response;
    const description = this.#take(status, await readBody(response, MAX_BYTES));
    return { status, description, clockAheadMs: Number.isNaN(serverMs) ? undefined : midwayMs - serverMs };
  }

  /** Forgets what the server said: it locked a caller who kept to it. */
  forget(): void {
    this.#known = undefined;
  }

  async #ask(origin: string, fetcher: typeof fetch): Promise<ServerDescription | undefined> {
    const response = await this.#fetch(origin, fetcher);
    return this.#take(response.status, await readBody(response, MAX_BYTES));
  }

  #take(status: number, text: string | undefined): ServerDescription | undefined {
    // A server in trouble says nothing about itself.
    if (status >= 500 || status === 429) return undefined;
    const description = status >= 200 && status < 300 ? toServerDescription(parsed(text)) : undefined;
    this.#known = { description, atMs: steadyMs(this.#clock) };
    return description;
  }

  async #fetch(origin: string, fetcher: typeof fetch, aborted?: AbortSignal): Promise<Response> {
    try {
      const inTime = AbortSignal.timeout(TIMEOUT_MS);
      const signal = aborted === undefined ? inTime : AbortSignal.any([inTime, aborted]);
      return await fetcher(`${origin}/x/v1/about`, {
        headers: { accept: "application/json" },
        redirect: "manual",
        signal,
      });
    } catch (error) {
      aborted?.throwIfAborted();
      throw toNetworkError(error, new URL(origin).host);
    }
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
