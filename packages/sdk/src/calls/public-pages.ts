import type { Wait } from "../client-options.ts";
import { FloodLockError, type Refusal, ServerError, TimeoutError } from "../errors.ts";
import { type Clock, momentOf } from "../pacing/clock.ts";
import type { HeldLock } from "../pacing/pacer.ts";
import type { CallOptions } from "./api-caller.ts";
import { toNetworkError } from "./connection-errors.ts";
import type { Pace } from "./http-caller.ts";
import { type PageAnswer, readPublicPage } from "./page-answer.ts";
import { readBody, tooLongText } from "./read-body.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { isPassing } from "./retry-rules.ts";

/** Where nothing else is known of a lock. */
const GUESSED_LOCK_MS = 30_000;
const endpoint = "directory";

export interface PublicPagesSettings {
  /** Where pages of ids without a host are. */
  siteUrl: string;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
  /** Of an answer in memory. */
  maxAnswerBytes: number;
  /** Longest lock or `Retry-After` that is waited for. */
  maxWaitMs: number;
  clock: Clock;
  onWait: ((wait: Wait) => void) | undefined;
  /** Undefined: pages are asked for at once and a lock is thrown. */
  paceOf(host: string): Promise<Pace | undefined>;
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

  /**
   * The list behind an address; a form for a password comes as HTML.
   * @throws {FloodLockError} the site holds this address off for longer than anybody waits
   */
  async readList(
    url: string,
    form: Record<string, string> | undefined,
    options: CallOptions,
  ): Promise<Record<string, unknown>[]> {
    const { clock, maxWaitMs } = this.#settings;
    const retries = options.retries ?? this.#settings.retries;
    const pace = await this.#settings.paceOf(new URL(url).host);
    for (let failures = 0; ;) {
      const answer = await this.#attempt(url, form, options, pace);
      if (answer.kind === "list") return answer.list;
      // The pace knows of the lock and waits for its end.
      if (answer.kind === "lock") continue;
      const { error, retryAfterMs } = answer;
      failures += 1;
      if (!isPassing(error) || failures > retries || (retryAfterMs ?? 0) > maxWaitMs) throw error;
      await clock.sleep(retryDelayMs(failures, retryAfterMs), options.signal ?? undefined);
    }
  }

  async #attempt(
    url: string,
    form: Record<string, string> | undefined,
    options: CallOptions,
    pace: Pace | undefined,
  ): Promise<PageAnswer> {
    await this.#takeTurn(pace, options.signal);
    const sentAt = momentOf(this.#settings.clock);
    let isNoted = false;
    try {
      const answer = await this.#fetch(url, form, options);
      isNoted = true;
      if (answer.kind === "lock") await this.#noteLock(answer, pace, sentAt);
      else await pace?.pacer.noteAnswer(sentAt, []);
      return answer;
    } finally {
      if (!isNoted) pace?.pacer.noteSilence();
    }
  }

  async #takeTurn(pace: Pace | undefined, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const { maxWaitMs, onWait } = this.#settings;
    const turn = { endpoint, rate: pace?.rate, intervals: [], maxWaitMs, signal, onWait };
    const held = await pace?.pacer.admit(turn);
    if (held !== undefined) throw this.#lockError(held, { endpoint, status: 403, messageText: "Not sent. Locked" });
  }

  async #noteLock(
    { notice, refusal }: PageAnswer & { kind: "lock" },
    pace: Pace | undefined,
    sentAt: ReturnType<typeof momentOf>,
  ): Promise<void> {
    const unpaced = { kind: notice.kind, ms: notice.retryAfterMs ?? GUESSED_LOCK_MS };
    const held = (await pace?.pacer.noteLock(notice, sentAt)) ?? unpaced;
    if (pace === undefined || held.ms > this.#settings.maxWaitMs) throw this.#lockError(held, refusal);
  }

  async #fetch(url: string, form: Record<string, string> | undefined, options: CallOptions): Promise<PageAnswer> {
    const { host } = new URL(url);
    const timeoutMs = options.timeoutMs ?? this.#settings.timeoutMs;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
    const body = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    try {
      const response = await this.#settings.fetch(url, { ...body, signal });
      const text = await readBody(response, this.#settings.maxAnswerBytes);
      if (text === undefined) return this.#tooLong(response);
      return readPublicPage(response, text, { endpoint, password: form?.["pass"] });
    } catch (error) {
      options.signal?.throwIfAborted();
      const message = `${host} did not answer within ${timeoutMs} ms.`;
      const failure = deadline.aborted
        ? new TimeoutError(message, timeoutMs, { cause: error })
        : toNetworkError(error, host);
      return { kind: "failure", error: failure, retryAfterMs: undefined };
    }
  }

  #tooLong({ status }: Response): PageAnswer {
    const messageText = tooLongText(this.#settings.maxAnswerBytes);
    return { kind: "failure", error: new ServerError({ endpoint, status, messageText }), retryAfterMs: undefined };
  }

  #lockError({ kind, ms }: HeldLock, refusal: Refusal): FloodLockError {
    return new FloodLockError(refusal, { kind, retryAfterMs: ms, until: new Date(this.#settings.clock.now() + ms) });
  }
}
