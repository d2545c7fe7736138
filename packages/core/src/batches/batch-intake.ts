import type { Account } from "../accounts/account.ts";
import { planInForce } from "../accounts/plans.ts";
import { DomainError } from "../errors.ts";
import type { FolderReference } from "../folders/folder-access.ts";
import { contentTypeOf } from "../files/content-type.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";
import { batchRefusal } from "../storage/storage-refusal.ts";
import { FinishingLimit } from "../uploads/finishing-limit.ts";
import { type IncomingFile, stageFile } from "../uploads/incoming-file.ts";
import type { UploadRules } from "../uploads/upload.ts";
import type { UploadRoom } from "../uploads/upload-room.ts";
import { BatchCommits, type BatchCommitParts } from "./batch-commits.ts";
import { BatchGroup } from "./batch-group.ts";
import { batchPathOf, isOfOneFile } from "./batch-path.ts";
import { findBelow } from "./batch-folders.ts";
import { type BatchHead, type BatchOutcome, type BatchQuestion, MOST_BATCH_FILES } from "./batch.ts";

/** Files made durable and listed together. */
const GROUP_FILES = 200;
const GROUP_BYTES = 16 * 1024 ** 2;
/** Each file may need a hundred new folders, and nobody else can write while they are made. */
const GROUP_FOLDERS = 200;
/** With a slow sender, the first files of a group wait no longer than this for others. */
const GROUP_AGE_MS = 250;
/** Files that have arrived but are not durable yet; small files allow more. */
const MOST_FINISHING = 16;
const SHA256_DIGITS = 64;

/** Receives the bytes of one file. */
export interface BatchSink {
  /** Takes a chunk; its memory may be reused when this resolves. Calls must not overlap. */
  write(chunk: Uint8Array): Promise<void>;
  /** All bytes have arrived. The outcome is reported later. */
  finish(): Promise<void>;
}

export interface BatchParts extends BatchCommitParts {
  blobs: BlobStore;
  hasher: ContentHasher;
  room: UploadRoom;
  meter: TransferMeter;
  owner: Account;
  rules: UploadRules;
}

/**
 * The files of one sender, arriving one after the other. Files that were reported are durable; of the others nothing is
 * kept, unless the report could not be delivered. End it with `end` or `abort`.
 */
export class Batch {
  readonly #parts: BatchParts;
  readonly #hasher: ContentHasher;
  readonly #metered: ReturnType<TransferMeter["beginUpload"]>;
  readonly #commits: BatchCommits;
  readonly #finishing = new FinishingLimit(MOST_FINISHING);
  #group: BatchGroup;
  #aging: NodeJS.Timeout | undefined;
  #incoming: IncomingFile | undefined;
  #announcedFiles = 0;
  #announcedBytes = 0;

  constructor(parts: BatchParts) {
    this.#parts = parts;
    this.#hasher = parts.hasher;
    this.#metered = parts.meter.beginUpload();
    this.#commits = new BatchCommits(parts, this.#metered);
    this.#group = new BatchGroup(parts.room.open());
  }

  /** Aborts with the first failure that happens after bytes were received, when the sender may be waiting silently. */
  get signal(): AbortSignal {
    return this.#commits.signal;
  }

  /** Contents whose stored data was damaged and is sound now. */
  get healedBlobIds(): readonly string[] {
    return this.#commits.healedBlobIds;
  }

  /**
   * Starts the next file. A file that is refused on its own is still read, and reported as failed.
   * @throws {DomainError} `too-many-files`, `storage-full`, `storage-unavailable` and whatever else ends the whole
   *   batch
   */
  async open(head: BatchHead): Promise<BatchSink> {
    const number = this.#nextNumber();
    this.#announcedBytes += head.sizeBytes;
    let refusal: unknown;
    const opened = await this.#stage(head).catch((error: unknown) => void (refusal = error));
    if (opened === undefined) return this.#refused(number, refusal);
    this.#incoming = opened.file;
    let sink: BatchSink | undefined;
    return {
      write: async (chunk) => {
        if (sink !== undefined) return sink.write(chunk);
        await opened.file.write(chunk).catch(async (error: unknown) => {
          this.#incoming = undefined;
          await opened.file.abort();
          sink = this.#refused(number, error);
        });
      },
      finish: () => sink?.finish() ?? this.#finish(number, opened),
    };
  }

  /**
   * Only asks about the next file: the answer is reported immediately.
   * @throws {DomainError} as `open`
   */
  async ask(question: BatchQuestion): Promise<void> {
    const number = this.#nextNumber();
    const { database, actor, clock, options, tell } = this.#parts;
    const folder = question.folder ?? options.folder;
    try {
      const file = await findBelow(database, actor, { ...question, folder }, clock.now());
      tell([file === undefined ? { number, outcome: "absent" } : { number, outcome: "exists", file }]);
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      tell([{ number, outcome: "failed", error }]);
    }
  }

  /** Everything has arrived. Resolves when every outcome is reported. @throws what ended the batch */
  async end(): Promise<void> {
    try {
      this.signal.throwIfAborted();
      void this.#closeGroup();
      await this.#commits.settle();
    } finally {
      this.#metered.end();
    }
  }

  /** Discards everything that is not being made durable at this moment. Never rejects; may be called after `end`. */
  async abort(): Promise<void> {
    clearTimeout(this.#aging);
    await this.#incoming?.abort();
    await this.#commits.drop(this.#group);
    await this.#commits.settle().catch(() => undefined);
    this.#metered.end();
  }

  #nextNumber(): number {
    this.signal.throwIfAborted();
    const number = this.#announcedFiles;
    this.#announcedFiles += 1;
    if (number < MOST_BATCH_FILES) return number;
    const text = `A batch can have at most ${MOST_BATCH_FILES} files; those without an answer were not stored.`;
    throw new DomainError("too-many-files", text);
  }

  async #stage(head: BatchHead): Promise<StagedFile> {
    const { blobs, owner } = this.#parts;
    const { folders, name } = batchPathOf(head.path);
    const maxBytes = this.#requireSize(head.sizeBytes);
    const group = this.#group;
    await group.admit(owner);
    const hasher = { start: () => provenHash(this.#hasher.start("sha256-and-whirlpool"), head.sha256) };
    const contentType = contentTypeOf(name, head.contentType);
    const file = await stageFile({ blobs, hasher }, { name, contentType, maxBytes, share: group.share });
    return { file, folder: head.folder, folders };
  }

  #requireSize(sizeBytes: number): number {
    const { rules, owner, clock } = this.#parts;
    if (sizeBytes === 0 && !rules.acceptsEmptyFiles) {
      throw new DomainError("empty-file-refused", "This server does not accept empty files; it was not stored.");
    }
    const most = Math.min(rules.maxFileBytes, planInForce(owner, clock.now()).maxFileBytes ?? Infinity);
    if (sizeBytes > most) throw new DomainError("file-too-large", `A file may have at most ${most} bytes.`);
    if (this.#announcedBytes > rules.maxUploadBytes) {
      throw new DomainError("file-too-large", `A batch may have at most ${rules.maxUploadBytes} bytes.`);
    }
    return most;
  }

  #refused(number: number, error: unknown): BatchSink {
    if (!isOfOneFile(error)) throw batchRefusal(error);
    const outcome: BatchOutcome = { number, outcome: "failed", error };
    return { write: async () => undefined, finish: async () => this.#parts.tell([outcome]) };
  }

  async #finish(number: number, { file, ...place }: StagedFile): Promise<void> {
    this.#incoming = undefined;
    const arriving = file.finish();
    const settled = arriving.then(
      () => undefined,
      () => undefined,
    );
    const { sizeBytes } = file;
    this.#finishing.add(settled, sizeBytes);
    this.#group.add({ number, ...place, arriving, sizeBytes });
    const { count, bytes, folderCount } = this.#group;
    if (count >= GROUP_FILES || bytes >= GROUP_BYTES || folderCount >= GROUP_FOLDERS) await this.#closeGroup();
    else this.#aging ??= setTimeout(() => this.#age(), GROUP_AGE_MS);
    await this.#finishing.room();
  }

  #age(): void {
    this.#aging = undefined;
    if (this.#commits.isBusy) this.#aging = setTimeout(() => this.#age(), GROUP_AGE_MS);
    else void this.#closeGroup();
  }

  /** Resolves when the previous group is done: the next group is received while one is made durable. */
  #closeGroup(): Promise<void> {
    clearTimeout(this.#aging);
    this.#aging = undefined;
    const group = this.#group;
    this.#group = new BatchGroup(this.#parts.room.open());
    return this.#commits.add(group);
  }
}

interface StagedFile {
  file: IncomingFile;
  folder: FolderReference | undefined;
  folders: readonly string[];
}

/** Records the Whirlpool checksum of bytes whose SHA-256 matches the one that the sender announced. */
function provenHash(hash: ContentHash, sha256: string): ContentHash {
  return {
    update: (chunk) => hash.update(chunk),
    abort: () => hash.abort(),
    digest: async () => {
      const both = await hash.digest();
      if (both.slice(0, SHA256_DIGITS) === sha256) return both.slice(SHA256_DIGITS);
      throw new DomainError("digest-wrong", "What arrived does not match its SHA-256 and was not kept.");
    },
  };
}
