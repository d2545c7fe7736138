import { yieldAhead } from "../accounts/quota.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { checksumOrder } from "../files/checksum-job.ts";
import { keepManifest } from "../files/manifests.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { BlobNotFoundError, type BlobStore, partCountOf, type StoredPart } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { partsRefusal } from "../storage/storage-refusal.ts";
import { requireUploader, type UploadRules } from "../uploads/upload.ts";
import { type ArrivedFile, fileReceived, type Filing, requireStored } from "../uploads/upload-filing.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";
import { admitToFillFolder, ownerOfFolder } from "../folders/folder-access.ts";
import { admitToPartUpload } from "./part-upload-access.ts";
import { COMPLETED_LIFE_MS, MOST_COMPLETED_UPLOADS, type PartUpload, type ReceivedPart } from "./part-upload.ts";

const PAGE = 250;

/** Joins all parts into one file. Nothing is visible before that, and the next call continues an interrupted one. */
export class PartCompletion {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #remover: BytesRemover;
  readonly #meter: TransferMeter;
  readonly #maxEntries: number;
  readonly #rules: UploadRules;
  readonly #jobs: () => JobQueue;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    jobs: () => JobQueue;
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
    this.#jobs = input.jobs;
  }

  async complete(actor: Actor, id: string): Promise<UploadedFile> {
    const upload = await admitToPartUpload(this.#database, actor, { id, now: this.#clock.now() });
    if (upload.file !== undefined) return upload.file;
    requireAllParts(upload);
    await this.#join(upload).catch(async (error: unknown) => {
      if (!(error instanceof BlobNotFoundError)) throw error;
      // If the upload was aborted meanwhile, its bytes are gone and there is no such upload any more.
      await admitToPartUpload(this.#database, actor, { id, now: this.#clock.now() });
      throw lost(error);
    });
    return this.#file(actor, upload);
  }

  async #join(upload: PartUpload): Promise<void> {
    const parts: StoredPart[] = [];
    for await (const page of partsOf(this.#database, upload.id)) {
      parts.push(...page.map(({ number, tag }) => ({ number, tag })));
    }
    try {
      await this.#blobs.completeParts(upload.blob, parts);
    } catch (error) {
      throw error instanceof BlobNotFoundError ? error : partsRefusal(error);
    }
  }

  async #file(actor: Actor, upload: PartUpload): Promise<UploadedFile> {
    const { blob, name, contentType } = upload;
    const received = [{ name, contentType, blobKey: blob.key, sizeBytes: blob.sizeBytes, whirlpool: undefined }];
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
    { received, now }: { received: readonly ArrivedFile[]; now: Date },
  ): Promise<UploadedFile> {
    await this.#yieldAhead(actor, upload, now);
    const { file, filing } = await transactionAs(this.#database, actor, async (rows, caller) => {
      requireUploader(caller, this.#rules, now);
      const current = await admitToPartUpload(rows, caller, { id: upload.id, now });
      if (current.file !== undefined) return { file: current.file, filing: undefined };
      // First, because its bytes are about to count as those of a file.
      await rows.partUploads.close(upload.id);
      const { folderId, domain, passwordHash, link } = current;
      const options = { folder: folderId, isFolderRequired: true, domain, passwordHash, fileId: link?.id };
      const filed = await fileReceived(rows, caller, { received, options, maxEntries: this.#maxEntries, now });
      const [uploaded] = filed.uploaded;
      if (uploaded === undefined) throw new Error("Nothing was filed.");
      await this.#keepManifest(rows, current);
      await this.#jobs().add(rows, checksumOrder(upload.blob.key));
      await rows.partUploads.finish(upload.id, uploaded, new Date(now.getTime() + COMPLETED_LIFE_MS));
      await rows.partUploads.endOldestCompleted(upload.accountId, MOST_COMPLETED_UPLOADS);
      return { file: uploaded, filing: filed };
    });
    this.#noteFiled(upload, filing);
    this.#jobs().wake();
    return file;
  }

  /** A content that arrived in parts is identified by the key of its bytes. */
  async #keepManifest(rows: Repositories, { id, blob }: PartUpload): Promise<void> {
    const leaves = async function* () {
      for await (const page of partsOf(rows, id)) for (const part of page) yield part.leaves;
    };
    await keepManifest(rows, { id: blob.key, sizeBytes: blob.sizeBytes }, leaves());
  }

  /**
   * Its size has counted since it was announced: adding it again would remove twice as much of the trash. In a shared
   * folder it counts for the owner from now on.
   */
  async #yieldAhead(actor: Actor, { folderId, blob }: PartUpload, now: Date): Promise<void> {
    if (!isAccountActor(actor)) return;
    const admitted = await admitToFillFolder(this.#database, actor, folderId, now);
    const owner = await ownerOfFolder(this.#database, admitted);
    await yieldAhead(this.#database, owner, owner.id === actor.account.id ? [] : [blob.sizeBytes], now);
  }

  /** It was aborted after its parts were joined, and its bytes had been given up before they existed. */
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

async function* partsOf(rows: Pick<Repositories, "partUploads">, id: string): AsyncGenerator<ReceivedPart[]> {
  for (let after = 0; ;) {
    const page = await rows.partUploads.listParts(id, { after, limit: PAGE });
    yield page;
    after = page.at(-1)?.number ?? 0;
    if (page.length < PAGE) return;
  }
}

function requireAllParts({ blob, receivedParts }: PartUpload): void {
  const lacking = partCountOf(blob) - receivedParts;
  if (lacking === 0) return;
  throw new DomainError(
    "upload-in-progress",
    `${lacking} of ${partCountOf(blob)} parts are missing; the others are kept. Send the missing ones, then complete the upload.`,
  );
}

const lost = (cause: unknown) =>
  new DomainError("storage-unavailable", "The server lost bytes of this upload. Abort it and start a new one.", {
    cause,
  });
