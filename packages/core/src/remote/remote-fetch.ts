import { setTimeout as sleep } from "node:timers/promises";
import type { JobAttempt } from "../jobs/job-kind.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { OpenedSource } from "../ports/source-fetcher.ts";
import { boundedMessage } from "./fetch-message.ts";
import { FetchedFile, type FetchedFileParts } from "./fetched-file.ts";
import { fileFetched } from "./remote-filing.ts";
import type { RemoteItem, RemoteRequest } from "./remote-upload.ts";
import { readSourceAddress } from "./source-address.ts";
import { headersIn, type SourceHeader } from "./source-headers.ts";
import { isPageInDisguise, nameOfSource } from "./source-name.ts";

const MINUTE_MS = 60_000;

export interface RemoteFetchRules {
  maxFileBytes: number;
  maxEntries: number;
  acceptsEmptyFiles: boolean;
  /** How many addresses are started per minute, for one account and at one host. */
  startsPerMinute: { account: number; host: number };
}

export interface RemoteFetchParts extends FetchedFileParts {
  limiter: RateLimiter;
  sealer: Sealer;
  rules: RemoteFetchRules;
}

export interface RemoteOrderOfOne {
  item: RemoteItem;
  request: RemoteRequest;
}

/**
 * One attempt at one address: its bytes are stored like every upload, and its file is created in the transaction that
 * records its end.
 */
export class RemoteFetch implements AsyncDisposable {
  readonly #parts: RemoteFetchParts;
  readonly #attempt: JobAttempt;
  readonly #item: RemoteItem;
  readonly #request: RemoteRequest;
  readonly #file: FetchedFile;
  /** The content type, if it is a web page under a name that does not look like one. */
  #pageType: string | undefined;
  /** Whether the received bytes may be only the beginning of the file. */
  #isEndUntold = false;

  constructor(parts: RemoteFetchParts, attempt: JobAttempt, { item, request }: RemoteOrderOfOne) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#item = item;
    this.#request = request;
    this.#file = new FetchedFile(parts, attempt, request);
  }

  async run(): Promise<void> {
    await this.#file.requireOrderer();
    const { sealedUrl, id } = this.#item;
    const url = sealedUrl === undefined ? this.#item.url : await this.#parts.sealer.open(sealedUrl, id);
    const headers = await this.#headers();
    await this.#waitForTurn();
    await this.#attempt.step("admitted");
    const received = await this.#file.receive({
      url,
      headers,
      headOf: (opened) => this.#headOf(opened),
      progress: (done, total) => void this.#attempt.report({ done, total }, { topic: "remote", id: this.#request.id }),
    });
    await this.#attempt.step("stored");
    const { sizeBytes } = received;
    const type = this.#pageType;
    const messages = [
      ...(type === undefined ? [] : [boundedMessage({ code: "web-page", type, sizeBytes })]),
      ...(this.#isEndUntold ? [{ code: "length-untold" } as const] : []),
    ];
    const { maxEntries } = this.#parts.rules;
    await this.#file.file(received, (rows, actor, now) =>
      fileFetched(rows, actor, {
        job: this.#attempt.job,
        item: this.#item,
        request: this.#request,
        received,
        messages,
        maxEntries,
        now,
      }),
    );
    await this.#attempt.step("filed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  async #headers(): Promise<SourceHeader[]> {
    const { sealedHeaders, accountId } = this.#request;
    if (sealedHeaders === undefined) return [];
    return headersIn(await this.#parts.sealer.open(sealedHeaders, accountId));
  }

  /** Waits in its slot, because lane and account have few slots anyway. */
  async #waitForTurn(): Promise<void> {
    const { limiter, rules } = this.#parts;
    const { accountId, url } = this.#item;
    const limit = (burst: number) => ({ burst, windowMs: MINUTE_MS });
    const buckets = [
      { key: `remote account ${accountId}`, limit: limit(rules.startsPerMinute.account) },
      { key: `remote host ${readSourceAddress(url).host}`, limit: limit(rules.startsPerMinute.host) },
    ];
    for (;;) {
      const answer = await limiter.consume(buckets);
      if (answer.isAllowed) return;
      await sleep(answer.retryAfterMs, undefined, { signal: this.#attempt.signal });
    }
  }

  async #headOf(opened: OpenedSource): Promise<{ name: string; sizeBytes: number | undefined }> {
    await this.#attempt.step("opened");
    const name = nameOfSource({ ...opened, url: this.#item.url });
    this.#pageType = isPageInDisguise(name, opened.contentType) ? opened.contentType : undefined;
    this.#isEndUntold = opened.isEndUntold === true;
    return { name, sizeBytes: opened.sizeBytes };
  }
}
