import type { ClientHooks } from "../client-options.ts";
import { ServerError } from "../errors.ts";
import type { Clock } from "../pacing/clock.ts";
import type { CallOptions } from "./api-caller.ts";
import { askInTime, type Pace, PacedExchange } from "./paced-exchange.ts";
import { type PageAnswer, readPublicPage } from "./page-answer.ts";
import { readBody, tooLongText } from "./read-body.ts";

const endpoint = "directory";

export interface PublicPagesSettings {
  /** Host of pages that are given by id alone. */
  siteUrl: string;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
  /** Longest answer that is read into memory. */
  maxAnswerBytes: number;
  /** Longest lock or `Retry-After` that is waited for. */
  maxWaitMs: number;
  clock: Clock;
  hooks: ClientHooks;
  /** Undefined: pages are requested at once, and a lock is thrown. */
  paceOf(host: string): Promise<Pace | undefined>;
}

/** Reads pages that need no key, so none is sent: a link may lead to any host. */
export class PublicPages {
  readonly #settings: PublicPagesSettings;
  readonly #exchange: PacedExchange;

  constructor(settings: PublicPagesSettings) {
    this.#settings = settings;
    this.#exchange = new PacedExchange(settings);
  }

  get siteUrl(): string {
    return this.#settings.siteUrl;
  }

  /**
   * The list behind a URL; a form that asks for a password comes as HTML.
   * @throws {FloodLockError} the site locks this address out for longer than is waited for
   */
  async readList(
    url: string,
    form: Record<string, string> | undefined,
    options: CallOptions,
  ): Promise<Record<string, unknown>[]> {
    const retries = options.retries ?? this.#settings.retries;
    const pace = await this.#settings.paceOf(new URL(url).host);
    const call = { endpoint, pace, signal: options.signal ?? undefined };
    for (let failures = 0, attempt = 1; ; attempt += 1) {
      const { outcome, lock } = await this.#exchange.attempt(call, () => this.#send(url, form, options));
      if (lock?.isTooLong === true) throw lock.error;
      if (outcome.kind === "list") return outcome.list;
      // The pacer knows about the lock and waits for its end.
      if (outcome.kind === "lock") continue;
      failures += 1;
      await this.#exchange.waitToRepeat(outcome, { ...call, attempt, failures, retries });
    }
  }

  async #send(
    url: string,
    form: Record<string, string> | undefined,
    { signal, timeoutMs = this.#settings.timeoutMs }: CallOptions,
  ): Promise<{ outcome: PageAnswer; isAnswered: boolean }> {
    const { host } = new URL(url);
    const limits = { signal: signal ?? undefined, timeoutMs, host, who: host };
    const asked = await askInTime((until) => this.#fetch(url, form, until), limits);
    return asked.answer === undefined
      ? { outcome: asked.failure, isAnswered: false }
      : { outcome: asked.answer, isAnswered: true };
  }

  async #fetch(url: string, form: Record<string, string> | undefined, signal: AbortSignal): Promise<PageAnswer> {
    const body = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    const response = await this.#settings.fetch(url, { ...body, signal });
    const text = await readBody(response, this.#settings.maxAnswerBytes);
    return text === undefined
      ? this.#tooLong(response)
      : readPublicPage(response, text, { endpoint, password: form?.["pass"] });
  }

  #tooLong({ status }: Response): PageAnswer {
    const messageText = tooLongText(this.#settings.maxAnswerBytes);
    return { kind: "failure", error: new ServerError({ endpoint, status, messageText }), retryAfterMs: undefined };
  }
}
