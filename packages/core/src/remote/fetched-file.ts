import { planInForce } from "../accounts/plans.ts";
import { yieldAhead } from "../accounts/quota.ts";
import { DomainError } from "../errors.ts";
import { contentTypeOf } from "../files/content-type.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { ClaimLostError, type JobAttempt } from "../jobs/job-kind.ts";
import type { AccountActor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { OpenedSource, SourceFetcher } from "../ports/source-fetcher.ts";
import { type IncomingFile, type ReceivedFile, stageFile } from "../uploads/incoming-file.ts";
import { isCertainlyUndone } from "../uploads/upload.ts";
import { type Filing, requireStored } from "../uploads/upload-filing.ts";
import type { UploadRoom, UploadShare } from "../uploads/upload-room.ts";
import { type Orderer, ordererOf } from "./orderer.ts";
import type { SourceHeader } from "./source-headers.ts";
import { type Sink, SourceReading } from "./source-reading.ts";

/** How often to check whether the orderer may still have the file. */
const RECHECK_MS = 30_000;

export interface FetchedFileParts {
  database: Database;
  blobs: BlobStore;
  hasher: ContentHasher;
  clock: Clock;
  sources: SourceFetcher;
  room: UploadRoom;
  remover: Pick<BytesRemover, "wake">;
  meter: TransferMeter;
  rules: { maxFileBytes: number; acceptsEmptyFiles: boolean };
}

export interface FetchedSource {
  url: string;
  headers: readonly SourceHeader[];
  /** The file's name here, and its future size. Called before a byte is stored, and again if the source starts over. */
  headOf(opened: OpenedSource): Promise<{ name: string; sizeBytes: number | undefined }>;
  /** Not awaited. */
  progress(received: number, total: number | undefined): void;
}

/**
 * One attempt at a remote file, on behalf of whoever ordered it: its reserved space, its bytes, its row. Always dispose
 * of it; what was not stored is removed then.
 */
export class FetchedFile implements AsyncDisposable {
  readonly #parts: FetchedFileParts;
  readonly #attempt: JobAttempt;
  readonly #order: Orderer;
  #share: UploadShare | undefined;
  #metered: ReturnType<TransferMeter["beginUpload"]> | undefined;
  #file: IncomingFile | undefined;
  /** Complete bytes without a row. */
  #unfiledKey: string | undefined;

  constructor(parts: FetchedFileParts, attempt: JobAttempt, order: Orderer) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#order = order;
  }

  /** @throws {DomainError} what the policy says if the right has ended */
  requireOrderer(): Promise<AccountActor> {
    return ordererOf(this.#parts.database, this.#order, this.#parts.clock.now());
  }

  /** Reads the source to its end, and checks now and then whether the orderer still has the right. */
  async receive({ url, headers, headOf, progress }: FetchedSource): Promise<ReceivedFile> {
    const { signal } = this.#attempt;
    let askedAtMs = performance.now();
    await new SourceReading({
      sources: this.#parts.sources,
      url,
      headers,
      signal,
      begin: async (opened) => this.#begin(opened, await headOf(opened)),
      progress: (received, total) => {
        progress(received, total);
        if (performance.now() - askedAtMs < RECHECK_MS) return undefined;
        askedAtMs = performance.now();
        return this.requireOrderer();
      },
    }).run();
    await this.#attempt.step("received");
    if (this.#file === undefined) throw new Error("Nothing was received.");
    const received = await this.#file.finish();
    this.#unfiledKey = received.blobKey;
    return received;
  }

  async #begin(
    { contentType }: OpenedSource,
    { name, sizeBytes }: Awaited<ReturnType<FetchedSource["headOf"]>>,
  ): Promise<Sink> {
    const { blobs, hasher, room, rules, clock, meter } = this.#parts;
    await this.#file?.abort();
    this.#share?.end();
    const actor = await this.requireOrderer();
    const maxBytes = Math.min(rules.maxFileBytes, planInForce(actor.account, clock.now()).maxFileBytes ?? Infinity);
    if ((sizeBytes ?? 0) > maxBytes) {
      throw new DomainError(
        "file-too-large",
        `A file may have at most ${maxBytes} bytes, and this one has ${sizeBytes}.`,
      );
    }
    this.#metered ??= meter.beginUpload();
    const share = room.open();
    this.#share = share;
    await share.admit(actor.account, sizeBytes);
    const head = { name, contentType: contentTypeOf(name, contentType), maxBytes, share };
    this.#file = await stageFile({ blobs, hasher }, head);
    return this.#file;
  }

  /**
   * Makes the rows for the received file, in one transaction that is only valid while the claim is.
   * @param makeRows undefined if there is nothing to store any more
   */
  async file(
    received: ReceivedFile,
    makeRows: (rows: Repositories, actor: AccountActor, now: Date) => Promise<Filing | undefined>,
  ): Promise<void> {
    const { database, blobs, remover, rules, clock } = this.#parts;
    if (received.sizeBytes === 0 && !rules.acceptsEmptyFiles) {
      throw new DomainError("empty-file-refused", "The file is empty, and this server does not accept empty files.");
    }
    await requireStored(blobs, [received]);
    const noteFiled = this.#share?.end();
    const now = clock.now();
    try {
      await yieldAhead(database, (await this.requireOrderer()).account, [received.sizeBytes], now);
      const filing = await this.#attempt.commit(async (rows) =>
        makeRows(rows, await ordererOf(rows, this.#order, now), now),
      );
      if (filing === undefined) return;
      this.#unfiledKey = undefined;
      noteFiled?.();
      this.#metered?.stored(1, received.sizeBytes);
      if (filing.hasDiscarded) remover.wake();
    } catch (error) {
      // The rows may have been committed all the same. When in doubt, keep the bytes; at worst they are left over.
      if (!(error instanceof ClaimLostError) && !isCertainlyUndone(error)) this.#unfiledKey = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#metered?.end();
    this.#share?.end();
    await this.#file?.abort().catch(() => undefined);
    // What is left behind here has no row; the storage check removes it once it is old.
    if (this.#unfiledKey !== undefined) await this.#parts.blobs.remove(this.#unfiledKey).catch(() => undefined);
  }
}
