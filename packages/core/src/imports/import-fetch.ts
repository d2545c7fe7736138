import { planInForce } from "../accounts/plans.ts";
import { DomainError } from "../errors.ts";
import { contentTypeOf } from "../files/content-type.ts";
import { admitToFolder } from "../folders/folder-access.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { ClaimLostError, type JobAttempt } from "../jobs/job-kind.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { ImportSource, ImportSources } from "../ports/import-source.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { OpenedSource, SourceFetcher } from "../ports/source-fetcher.ts";
import { ordererOf } from "../remote/remote-filing.ts";
import { type Sink, SourceReading } from "../remote/source-reading.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { type IncomingFile, type ReceivedFile, stageFile } from "../uploads/incoming-file.ts";
import { isCertainlyUndone } from "../uploads/upload.ts";
import { fileReceived, type Filing, requireStored } from "../uploads/upload-filing.ts";
import type { UploadRoom, UploadShare } from "../uploads/upload-room.ts";
import type { Import, ImportEntry } from "./import.ts";

/** So old may the answer get whether whoever ordered may still have it. */
const RECHECK_MS = 30_000;

export interface ImportParts {
  database: Database;
  blobs: BlobStore;
  hasher: ContentHasher;
  clock: Clock;
  sources: SourceFetcher;
  importSources: ImportSources;
  sealer: Sealer;
  room: UploadRoom;
  space: StorageSpace;
  remover: Pick<BytesRemover, "wake">;
  meter: TransferMeter;
  rules: { maxFileBytes: number; maxEntries: number; acceptsEmptyFiles: boolean };
}

/** What came is not what the source had listed. Another attempt may bring it. */
export class ContentMismatchError extends Error {
  override name = "ContentMismatchError";
}

/** One attempt at one file of an import: proved by the checksum of the source before it is filed. */
export class ImportFetch implements AsyncDisposable {
  readonly #parts: ImportParts;
  readonly #attempt: JobAttempt;
  readonly #order: Import;
  readonly #entry: ImportEntry;
  readonly #progress: (received: number) => Promise<void>;
  /** What the source says of the content, if anything. */
  #whirlpool: string | undefined;
  #share: UploadShare | undefined;
  #metered: ReturnType<TransferMeter["beginUpload"]> | undefined;
  #file: IncomingFile | undefined;
  /** Complete bytes that no row leads to. */
  #unfiledKey: string | undefined;

  constructor(
    parts: ImportParts,
    attempt: JobAttempt,
    input: { order: Import; entry: ImportEntry; progress: (received: number) => Promise<void> },
  ) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#order = input.order;
    this.#entry = input.entry;
    this.#progress = input.progress;
  }

  async run(source: ImportSource): Promise<void> {
    const { signal } = this.#attempt;
    const { sources } = this.#parts;
    await this.#requireOrderer();
    const { url, whirlpool = this.#entry.whirlpool } = await source.locate(this.#entry.reference, signal);
    this.#whirlpool = whirlpool;
    await this.#attempt.step("located");
    if (await this.#isHere()) return;
    const begin = (opened: OpenedSource) => this.#begin(opened);
    await new SourceReading({ sources, url, headers: [], signal, begin, progress: this.#watched() }).run();
    await this.#attempt.step("received");
    const received = await this.#complete();
    await this.#attempt.step("proved");
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

  /** Where a listing has no checksums, it shows only now that the same lies there already. */
  async #isHere(): Promise<boolean> {
    const { place, folderId, name, whirlpool, sizeBytes } = this.#entry;
    if (whirlpool !== undefined || this.#whirlpool === undefined || folderId === undefined) return false;
    const held = await this.#parts.database.files.findByName(folderId, name);
    if (held === undefined || held.whirlpool !== this.#whirlpool || held.isDamaged) return false;
    if (sizeBytes !== undefined && held.sizeBytes !== sizeBytes) return false;
    const end = { state: "present", message: "", fileId: held.id } as const;
    await this.#attempt.commit((rows) => rows.imports.endEntry(this.#order.id, place, end));
    return true;
  }

  #requireOrderer() {
    return ordererOf(this.#parts.database, this.#order, this.#parts.clock.now());
  }

  #watched(): (received: number) => Promise<void> {
    let askedAtMs = performance.now();
    return async (received) => {
      await this.#progress(received);
      if (performance.now() - askedAtMs < RECHECK_MS) return;
      askedAtMs = performance.now();
      await this.#requireOrderer();
    };
  }

  async #begin(opened: OpenedSource): Promise<Sink> {
    const { blobs, hasher, room, rules, clock, meter } = this.#parts;
    const { name, sizeBytes } = this.#entry;
    await this.#file?.abort();
    this.#share?.end();
    if (sizeBytes !== undefined && opened.sizeBytes !== undefined && opened.sizeBytes !== sizeBytes) {
      throw new ContentMismatchError(`The source listed ${sizeBytes} bytes and sends ${opened.sizeBytes}.`);
    }
    const actor = await this.#requireOrderer();
    const maxBytes = Math.min(rules.maxFileBytes, planInForce(actor.account, clock.now()).maxFileBytes ?? Infinity);
    const expected = sizeBytes ?? opened.sizeBytes;
    if ((expected ?? 0) > maxBytes) {
      throw new DomainError("file-too-large", `A file may have at most ${maxBytes} bytes, and it has ${expected}.`);
    }
    this.#metered ??= meter.beginUpload();
    const share = room.open();
    this.#share = share;
    await share.admit(actor, expected);
    const contentType = contentTypeOf(name, opened.contentType);
    this.#file = await stageFile({ blobs, hasher }, { name, contentType, maxBytes, share });
    return this.#file;
  }

  async #complete(): Promise<ReceivedFile> {
    if (this.#file === undefined) throw new Error("Nothing was received.");
    const received = await this.#file.finish();
    this.#unfiledKey = received.blobKey;
    const { sizeBytes } = this.#entry;
    const whirlpool = this.#whirlpool;
    if (sizeBytes !== undefined && received.sizeBytes !== sizeBytes) {
      throw new ContentMismatchError(`The source listed ${sizeBytes} bytes, and ${received.sizeBytes} came.`);
    }
    if (whirlpool !== undefined && received.whirlpool !== whirlpool) {
      throw new ContentMismatchError("What came has another checksum than the source says; it was not kept.");
    }
    if (received.sizeBytes > 0 || this.#parts.rules.acceptsEmptyFiles) return received;
    throw new DomainError("empty-file-refused", "The file is empty, and this server takes no empty files.");
  }

  async #fileIt(received: ReceivedFile): Promise<void> {
    const { blobs, remover } = this.#parts;
    await requireStored(blobs, [received]);
    const noteFiled = this.#share?.end();
    try {
      const filing = await this.#attempt.commit((rows) => this.#makeFile(rows, received));
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

  /** The file and the note of its arrival in one transaction. Undefined when there is nothing to file. */
  async #makeFile(rows: Repositories, received: ReceivedFile): Promise<Filing | undefined> {
    const { clock, rules } = this.#parts;
    const { folderId, place, name, whirlpool } = this.#entry;
    const now = clock.now();
    const actor = await ordererOf(rows, this.#order, now);
    if (folderId === undefined) throw new DomainError("folder-not-found", "The folder that this goes to is gone.");
    const folder = (await admitToFolder(rows, actor, folderId, now)).folder.id;
    const held = whirlpool === undefined ? await rows.files.findByName(folder, name) : undefined;
    if (held?.whirlpool === received.whirlpool && held.sizeBytes === received.sizeBytes && !held.isDamaged) {
      // The source had no checksum, so it shows only now that the same lies there already.
      await rows.imports.endEntry(this.#order.id, place, { state: "present", message: "", fileId: held.id });
      return undefined;
    }
    const wishes = {
      folder,
      isFolderRequired: true,
      domain: actor.account.settings.defaultDomain,
      passwordHash: undefined,
    };
    const { maxEntries } = rules;
    const filing = await fileReceived(rows, actor, { received: [received], wishes, maxEntries, now });
    const [file] = filing.uploaded;
    if (file === undefined) throw new Error("Nothing was filed.");
    const isNew = await rows.imports.endEntry(this.#order.id, place, {
      state: "done",
      message: "",
      fileId: file.fileId,
    });
    if (!isNew) throw new Error(`File ${place} of import ${this.#order.id} was filed before.`);
    return filing;
  }
}
