import type { CivilTimes } from "@consigne/contract/civil-time";
import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { timesOf } from "../calls/server-times.ts";
import type { Clock } from "../pacing/clock.ts";
import { asListing, type Listing } from "./listing.ts";
import { type RemoteUploadProgress, toProgress } from "./remote-progress.ts";
import {
  fieldsOf,
  findDate,
  findNumber,
  findText,
  present,
  readList,
  readNumber,
  readText,
  readTexts,
} from "./wire-values.ts";
import { type WaitOptions, waitUntilEnded } from "./waiting.ts";

export interface RemoteUploadEntry {
  id: number;
  requestedAt: Date | undefined;
  /** Undefined while it waits. */
  executedAt: Date | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** The result of one URL. */
export interface RemoteUploadResult {
  /** The URL that was fetched. */
  sourceUrl: string;
  isDone: boolean;
  /** Link of the file. */
  url: string | undefined;
  message: string | undefined;
}

export interface RemoteUpload extends RemoteUploadEntry {
  /** The requested URLs. */
  sourceUrls: string[];
  /** Empty while it waits. */
  results: RemoteUploadResult[];
}

/** Files that the server fetches itself. */
export class RemoteUploads {
  readonly #caller: ApiCaller;
  readonly #clock: Clock;

  constructor(caller: ApiCaller, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  list(options: CallOptions = {}): Listing<RemoteUploadEntry> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<RemoteUploadEntry[]> {
    const answer = fieldsOf(await this.#caller.call("remoteLs", {}, options));
    const times = await timesOf(this.#caller);
    return readList(answer["data"]).map((each) => toEntry(each, times));
  }

  /** @throws {NotFoundError} no such request */
  async get(id: number, options: CallOptions = {}): Promise<RemoteUpload> {
    const raw = fieldsOf(await this.#caller.call("remoteInfo", { id }, options));
    return {
      ...toEntry({ id, ...raw }, await timesOf(this.#caller)),
      raw,
      sourceUrls: readTexts(raw["links"]),
      results: readList(raw["result"]).map((result) => ({
        sourceUrl: readText(result["url"]),
        isDone: readText(result["status"]).toUpperCase() === "OK",
        url: findText(result["download_link"]),
        message: findText(result["message"]),
      })),
    };
  }

  /**
   * Has the server fetch up to 100 URLs; returns the id of the request at once.
   * @param options.headers sent to the hosts of the URLs
   */
  async request(
    urls: readonly string[],
    options: CallOptions & {
      folderId?: number | undefined;
      headers?: Readonly<Record<string, string>> | undefined;
    } = {},
  ): Promise<RemoteUploadEntry> {
    const { folderId, headers, ...callOptions } = options;
    const body = present({ urls: urls.slice(), folder_id: folderId, headers: headers && { ...headers } });
    const raw = fieldsOf(await this.#caller.call("remoteRequest", body, callOptions));
    const id = readNumber(raw["id"]);
    return { id, requestedAt: findDate(raw["date"], await timesOf(this.#caller)), executedAt: undefined, raw };
  }

  /**
   * The state of a request with the progress of each URL.
   * @throws {NotFoundError} no such request
   * @throws {NotSupportedError} on 1fichier.com, as from all methods below
   */
  async progress(id: number, options: CallOptions = {}): Promise<RemoteUploadProgress> {
    return progressIn(await this.#caller.call("remoteShow", { id }, options));
  }

  /** All requests with their URLs, newest first, fetched page by page. */
  async *listProgress(options: CallOptions = {}): AsyncGenerator<RemoteUploadProgress> {
    let before: number | undefined;
    do {
      const page = await this.page({ ...options, before });
      yield* page.requests;
      before = page.next;
    } while (before !== undefined);
  }

  /**
   * One page of requests, newest first.
   * @param options.before `next` of the previous page
   * @param options.limit at most 100
   * @param options.language of `message`; default English
   */
  async page(
    options: CallOptions & {
      before?: number | undefined;
      limit?: number | undefined;
      language?: "en" | "fr" | undefined;
    } = {},
  ): Promise<{ requests: RemoteUploadProgress[]; next: number | undefined }> {
    const { before, limit, language, ...callOptions } = options;
    const answer = fieldsOf(await this.#caller.call("remoteList", present({ before, limit, language }), callOptions));
    return { requests: readList(answer["requests"]).map(toProgress), next: findNumber(answer["next"]) };
  }

  /**
   * Removes a request that has ended from the list; files that were fetched stay.
   * @throws {NotFoundError} no such request
   * @throws {BadRequestError} it has not ended
   */
  async remove(id: number, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("remoteRemove", { id }, options);
  }

  /** Cancels what has not been fetched yet; the other files stay. @param options.itemId only this URL */
  async cancel(id: number, options: CallOptions & { itemId?: string | undefined } = {}): Promise<RemoteUploadProgress> {
    const { itemId, ...callOptions } = options;
    return progressIn(await this.#caller.call("remoteCancel", present({ id, item: itemId }), callOptions));
  }

  /**
   * Retries what failed or was cancelled. The server keeps no headers, so they have to be given again.
   * @throws {BadRequestError} nothing failed, or a URL had a user name or password, which is not kept
   */
  async retry(
    id: number,
    options: CallOptions & {
      itemId?: string | undefined;
      headers?: Readonly<Record<string, string>> | undefined;
    } = {},
  ): Promise<RemoteUploadProgress> {
    const { itemId, headers, ...callOptions } = options;
    const body = present({ id, item: itemId, headers: headers && { ...headers } });
    return progressIn(await this.#caller.call("remoteRetry", body, callOptions));
  }

  /**
   * Asks every `pollMs` (10 s) until the request was carried out.
   * @param options.onProgress called each time; 1fichier.com cannot report progress, so leave it out there
   * @throws {TimeoutError} not within `maxMs`; by default it waits without a limit
   * @throws {NetworkError} the server was unavailable for longer than `maxOutageMs`
   */
  async wait(
    id: number,
    options: CallOptions & WaitOptions & { onProgress?: ((now: RemoteUploadProgress) => void) | undefined } = {},
  ): Promise<RemoteUpload> {
    const { pollMs, maxMs, maxOutageMs, onOutage, onProgress, ...callOptions } = options;
    const look = async () => {
      const now = onProgress === undefined ? undefined : await this.progress(id, callOptions);
      if (now !== undefined) onProgress?.(now);
      const upload = now !== undefined && now.endedAt === undefined ? undefined : await this.get(id, callOptions);
      return upload?.executedAt === undefined ? undefined : upload;
    };
    const waiting = { pollMs, maxMs, maxOutageMs, onOutage, signal: callOptions.signal ?? undefined };
    return waitUntilEnded({ ...waiting, clock: this.#clock, what: `Remote upload ${id}`, look });
  }
}

function progressIn(answer: object): RemoteUploadProgress {
  const [raw = {}] = readList([fieldsOf(answer)["request"]]);
  return toProgress(raw);
}

function toEntry(raw: Record<string, unknown>, times: CivilTimes): RemoteUploadEntry {
  return {
    id: readNumber(raw["id"]),
    requestedAt: findDate(raw["request_date"], times),
    executedAt: findDate(raw["execution_date"], times),
    raw,
  };
}
