import { setTimeout as sleep } from "node:timers/promises";
import { yieldAhead } from "../accounts/quota.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { BlobNotFoundError, type BlobStore, partCountOf, type StoredPart } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import { uploadRefusal } from "../storage/storage-refusal.ts";
import type { ReceivedFile } from "../uploads/incoming-file.ts";
import { requireUploader, type UploadRules } from "../uploads/upload.ts";
import { fileReceived, type Filing, requireStored } from "../uploads/upload-filing.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";
import { PartChecksums } from "./part-checksums.ts";
import { admitToPartUpload } from "./part-upload-access.ts";
import { COMPLETED_LIFE_MS, MOST_COMPLETED_UPLOADS, type PartUpload } from "./part-upload.ts";

/** Less than any proxy waits for an answer. */
const CHECKSUM_WAIT_MS = 20_000;
const PAGE = 250;

export type Completion =
  | { readonly state: "done"; readonly upload: PartUpload; readonly file: UploadedFile }
  /** All parts are joined; the checksum of the whole is being computed. */
  | { readonly state: "checking"; readonly upload: PartUpload };

/** Makes one file of all parts. Nothing is visible before, and whatever breaks off goes on with the next call. */
export class PartCompletion {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #remover: BytesRemover;
  readonly #meter: TransferMeter;
  readonly #maxEntries: number;
  readonly #rules: UploadRules;
  readonly #checksums: PartChecksums;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    clock: Clock;
    remover: BytesRemover;
    meter: TransferMeter;
    maxEntries: number;
    rules: UploadRules;
  }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#clock = input.clock;
    this.#remover = input.remover;
    this.#meter = input.meter;
    this.#maxEntries = input.maxEntries;
    this.#rules = input.rules;
    this.#checksums = new PartChecksums(input);
  }

  async complete(actor: Actor, id: string, signal?: AbortSignal): Promise<Completion> {
    const upload = await admitToPartUpload(this.#database, actor, { id, now: this.#clock.now() });
    if (upload.file !== undefined) return { state: "done", upload, file: upload.file };
    requireAllParts(upload);
    const whirlpool = await this.#joinAndHash(upload, signal).catch(async (error: unknown) => {
      if (!(error instanceof BlobNotFoundError)) throw error;
      // Whoever aborted it meanwhile has removed its bytes: then there is no such upload any more.
      await admitToPartUpload(this.#database, actor, { id, now: this.#clock.now() });
      throw lost(error);
    });
    if (whirlpool === undefined) return { state: "checking", upload };
    const file = await this.#file(actor, upload, whirlpool);
    return { state: "done", upload, file };
  }

  async #joinAndHash(upload: PartUpload, signal: AbortSignal | undefined): Promise<string | undefined> {
    await this.#join(upload);
    return upload.whirlpool ?? this.#awaitChecksum(upload, signal);
  }

  async #join(upload: PartUpload): Promise<void> {
    const parts: StoredPart[] = [];
    for (let after = 0; ;) {
      const page = await this.#database.partUploads.listParts(upload.id, { after, limit: PAGE });
      parts.push(...page.map(({ number, tag }) => ({ number, tag })));
      after = page.at(-1)?.number ?? 0;
      if (page.length < PAGE) break;
    }
    try {
      await this.#blobs.completeParts(upload.blob, parts);
    } catch (error) {
      throw error instanceof BlobNotFoundError ? error : uploadRefusal(error);
    }
  }

  /** Undefined when it takes longer than a caller should wait. It goes on all the same. */
  async #awaitChecksum({ id, blob }: PartUpload, signal: AbortSignal | undefined): Promise<string | undefined> {
    const work = this.#checksums.get(blob, (whirlpool) => this.#database.partUploads.setWhirlpool(id, whirlpool));
    const patience = new AbortController();
    const waiting = signal === undefined ? patience.signal : AbortSignal.any([signal, patience.signal]);
    try {
      return await Promise.race([work, sleep(CHECKSUM_WAIT_MS, undefined, { signal: waiting })]);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof BlobNotFoundError ? error : uploadRefusal(error);
    } finally {
      patience.abort();
    }
  }

  async #file(actor: Actor, upload: PartUpload, whirlpool: string): Promise<UploadedFile> {
    const { blob, name, contentType } = upload;
    const received = [{ name, contentType, blobKey: blob.key, sizeBytes: blob.sizeBytes, whirlpool }];
    await requireStored(this.#blobs, received);
    const now = this.#clock.now();
    try {
      return await this.#makeRows(actor, upload, { received, now });
    } catch (error) {
      await this.#dropAborted(upload, error);
      throw error;
    }
  }

  async #makeRows(
    actor: Actor,
    upload: PartUpload,
    { received, now }: { received: readonly ReceivedFile[]; now: Date },
  ): Promise<UploadedFile> {
    // Its size has counted since it was announced: named once more, twice as much of the trash would have to yield.
    if (isAccountActor(actor)) await yieldAhead(this.#database, actor.account, [], now);
    const { file, filing } = await transactionAs(this.#database, actor, async (rows, caller) => {
      requireUploader(caller, this.#rules, now);
      const current = await admitToPartUpload(rows, caller, { id: upload.id, now });
      if (current.file !== undefined) return { file: current.file, filing: undefined };
      // First, for its bytes are about to count as those of a file.
      await rows.partUploads.close(upload.id);
      const { folderId, domain, passwordHash } = current;
      const wishes = { folder: folderId, isFolderRequired: true, domain, passwordHash };
      const made = await fileReceived(rows, caller, { received, wishes, maxEntries: this.#maxEntries, now });
      const [uploaded] = made.uploaded;
      if (uploaded === undefined) throw new Error("Nothing was filed.");
      await rows.partUploads.finish(upload.id, uploaded, new Date(now.getTime() + COMPLETED_LIFE_MS));
      await rows.partUploads.endOldestCompleted(upload.accountId, MOST_COMPLETED_UPLOADS);
      return { file: uploaded, filing: made };
    });
    this.#noteFiled(upload, filing);
    return file;
  }

  /** It was aborted after its parts were joined, and its bytes had been given up before they were there. */
  async #dropAborted({ id, blob }: PartUpload, error: unknown): Promise<void> {
    if (!isDomainError(error, "upload-not-found")) return;
    const left = await this.#database.partUploads.findById(id);
    if (left === undefined || left.expiresAt.getTime() === 0) await this.#blobs.remove(blob.key).catch(() => undefined);
  }

  #noteFiled({ blob }: PartUpload, filing: Filing | undefined): void {
    if (filing === undefined) return;
    const metered = this.#meter.beginUpload();
    metered.stored(1, blob.sizeBytes);
    metered.end();
    if (filing.hasDiscarded) this.#remover.wake();
  }
}

function requireAllParts({ blob, receivedParts }: PartUpload): void {
  const lacking = partCountOf(blob) - receivedParts;
  if (lacking === 0) return;
  throw new DomainError(
    "upload-in-progress",
    `${lacking} of ${partCountOf(blob)} parts have not come; what came is kept. Send the others, then complete it.`,
  );
}

const lost = (cause: unknown) =>
  new DomainError("storage-unavailable", "The server lost bytes of this upload; abort it and begin another one.", {
    cause,
  });
