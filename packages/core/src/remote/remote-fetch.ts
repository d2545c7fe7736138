import { setTimeout as sleep } from "node:timers/promises";
import { planInForce } from "../accounts/plans.ts";
import { DomainError } from "../errors.ts";
import { contentTypeOf } from "../files/content-type.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { ClaimLostError, type JobAttempt } from "../jobs/job-kind.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { OpenedSource, SourceFetcher } from "../ports/source-fetcher.ts";
import { type IncomingFile, type ReceivedFile, stageFile } from "../uploads/incoming-file.ts";
import { isCertainlyUndone } from "../uploads/upload.ts";
import { requireStored } from "../uploads/upload-filing.ts";
import type { UploadRoom, UploadShare } from "../uploads/upload-room.ts";
import { fileFetched, ordererOf } from "./remote-filing.ts";
import type { RemoteItem, RemoteRequest } from "./remote-upload.ts";
import { readSourceAddress } from "./source-address.ts";
import { headersIn, type SourceHeader } from "./source-headers.ts";
import { isPageInDisguise, nameOfSource } from "./source-name.ts";
import { type Sink, SourceReading } from "./source-reading.ts";

/** So old may the answer get whether whoever asked may still have it. */
const RECHECK_MS = 30_000;
const MINUTE_MS = 60_000;

export interface RemoteFetchRules {
  maxFileBytes: number;
  maxEntries: number;
  acceptsEmptyFiles: boolean;
  /** So many addresses are begun in a minute, of one account and at one host. */
  startsPerMinute: { account: number; host: number };
}

export interface RemoteFetchParts {
  database: Database;
  blobs: BlobStore;
  hasher: ContentHasher;
  limiter: RateLimiter;
  clock: Clock;
  sources: SourceFetcher;
  sealer: Sealer;
  room: UploadRoom;
  remover: Pick<BytesRemover, "wake">;
  meter: TransferMeter;
  rules: RemoteFetchRules;
}

export interface RemoteOrderOfOne {
  item: RemoteItem;
  request: RemoteRequest;
}

/** One attempt at one address: its bytes go the way of every upload, and its file is made with the note of its end. */
export class RemoteFetch implements AsyncDisposable {
  readonly #parts: RemoteFetchParts;
  readonly #attempt: JobAttempt;
  readonly #item: RemoteItem;
  readonly #request: RemoteRequest;
  #share: UploadShare | undefined;
  #metered: ReturnType<TransferMeter["beginUpload"]> | undefined;
  #file: IncomingFile | undefined;
  /** The type that came, where it is a page under a name that is none. */
  #pageType: string | undefined;
  /** Complete bytes that no row leads to. */
  #unfiledKey: string | undefined;

  constructor(parts: RemoteFetchParts, attempt: JobAttempt, { item, request }: RemoteOrderOfOne) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#item = item;
    this.#request = request;
  }

  async run(): Promise<void> {
    const { sources, sealer } = this.#parts;
    await this.#requireOrderer();
    const { sealedUrl, id } = this.#item;
    const url = sealedUrl === undefined ? this.#item.url : await sealer.open(sealedUrl, id);
    const headers = await this.#headers();
    await this.#waitForTurn();
    await this.#attempt.step("admitted");
    const { signal } = this.#attempt;
    const begin = (opened: OpenedSource) => this.#begin(opened);
    await new SourceReading({ sources, url, headers, signal, begin, progress: this.#watched() }).run();
    await this.#attempt.step("received");
    const received = await this.#complete();
    await this.#attempt.step("stored");
    await this.#fileIt(received);
    await this.#attempt.step("filed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#metered?.end();
    this.#share?.end();
    await this.#file?.abort().catch(() => undefined);
    // What stays behind here has no row; the storage check removes it once it is old.
    if (this.#unfiledKey !== undefined) await this.#parts.blobs.remove(this.#unfiledKey).catch(() => undefined);
  }

  #requireOrderer() {
    return ordererOf(this.#parts.database, this.#request, this.#parts.clock.now());
  }

  async #headers(): Promise<SourceHeader[]> {
    const { sealedHeaders, accountId } = this.#request;
    if (sealedHeaders === undefined) return [];
    return headersIn(await this.#parts.sealer.open(sealedHeaders, accountId));
  }

  /** Waits where it is, since the lane and the account have few places anyway. */
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

  #watched(): (done: number, total: number | undefined) => Promise<void> {
    let askedAtMs = performance.now();
    return async (done, total) => {
      await this.#attempt.report({ done, total });
      if (performance.now() - askedAtMs < RECHECK_MS) return;
      askedAtMs = performance.now();
      await this.#requireOrderer();
    };
  }

  async #begin(opened: OpenedSource): Promise<Sink> {
    const { blobs, hasher, room, rules, clock, meter } = this.#parts;
    await this.#file?.abort();
    this.#share?.end();
    const actor = await this.#requireOrderer();
    await this.#attempt.step("opened");
    const maxBytes = Math.min(rules.maxFileBytes, planInForce(actor.account, clock.now()).maxFileBytes ?? Infinity);
    if ((opened.sizeBytes ?? 0) > maxBytes) {
      throw new DomainError(
        "file-too-large",
        `A file may have at most ${maxBytes} bytes, and it has ${opened.sizeBytes}.`,
      );
    }
    this.#metered ??= meter.beginUpload();
    const share = room.open();
    this.#share = share;
    await share.admit(actor, opened.sizeBytes);
    const name = nameOfSource({ ...opened, url: this.#item.url });
    this.#pageType = isPageInDisguise(name, opened.contentType) ? opened.contentType : undefined;
    const contentType = contentTypeOf(name, opened.contentType);
    this.#file = await stageFile({ blobs, hasher }, { name, contentType, maxBytes, share });
    return this.#file;
  }

  async #complete(): Promise<ReceivedFile> {
    if (this.#file === undefined) throw new Error("Nothing was received.");
    const received = await this.#file.finish();
    this.#unfiledKey = received.blobKey;
    if (received.sizeBytes > 0 || this.#parts.rules.acceptsEmptyFiles) return received;
    throw new DomainError("empty-file-refused", "The source sent an empty file, and this server takes none.");
  }

  async #fileIt(received: ReceivedFile): Promise<void> {
    const { blobs, clock, rules, remover } = this.#parts;
    await requireStored(blobs, [received]);
    const noteFiled = this.#share?.end();
    const now = clock.now();
    try {
      const filing = await this.#attempt.commit((rows) =>
        fileFetched(rows, this.#attempt.job, {
          item: this.#item,
          request: this.#request,
          received,
          message: this.#pageType === undefined ? "" : pageWarning(this.#pageType, received.sizeBytes),
          maxEntries: rules.maxEntries,
          now,
        }),
      );
      if (filing === undefined) return;
      this.#unfiledKey = undefined;
      noteFiled?.();
      this.#metered?.stored(1, received.sizeBytes);
      if (filing.hasDiscarded) remover.wake();
    } catch (error) {
      // Rows may have become durable all the same: their bytes must outlive a doubtful answer, at worst as leftovers.
      if (!(error instanceof ClaimLostError) && !isCertainlyUndone(error)) this.#unfiledKey = undefined;
      throw error;
    }
  }
}

function pageWarning(type: string, sizeBytes: number): string {
  const size = sizeBytes < 10_000 ? `${sizeBytes} bytes` : `${Math.round(sizeBytes / 1000)} KB`;
  return `It came as a web page (${type}, ${size}): perhaps a page for signing in, or an error.`;
}
