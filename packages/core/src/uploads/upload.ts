import type { Account } from "../accounts/account.ts";
import { planInForce } from "../accounts/plans.ts";
import { yieldAhead } from "../accounts/quota.ts";
import { mapBounded } from "../bounded.ts";
import { DomainError } from "../errors.ts";
import { contentTypeOf } from "../files/content-type.ts";
import { hashLinkPassword } from "../files/link-passwords.ts";
import { storedName } from "../files/names.ts";
import { type FolderReference, ownerOfFolder } from "../folders/folder-access.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { freshActor } from "../policy/fresh-actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import { type Database, DatabaseError } from "../ports/database.ts";
import { FinishingFiles } from "./finishing-files.ts";
import { type IncomingFile, type ReceivedFile, stageFile } from "./incoming-file.ts";
import { destinationOf, fileReceived, type Filing, type FilingOptions, requireStored } from "./upload-filing.ts";
import { storeReport } from "./stored-reports.ts";
import type { RoomRules, UploadShare } from "./upload-room.ts";
import type { UploadReport } from "./upload-session.ts";

/** 1fichier.com deletes a report after two hours; a day lets a client that lost its connection ask again. */
export const REPORT_LIFE_MS = 24 * 3_600_000;

const REMOVALS_AT_ONCE = 16;

export interface UploadRules extends RoomRules {
  maxFileBytes: number;
  /** 1fichier.com refuses empty files. */
  acceptsEmptyFiles: boolean;
  acceptsGuests: boolean;
}

export interface UploadOptions {
  folder: FolderReference;
  /** Refuses the upload if the folder does not exist, rather than storing it elsewhere. */
  isFolderRequired?: boolean;
  /** 0 to 10; anything else, or undefined, means the account's default. */
  domain: number | undefined;
  /** "" for none. */
  password: string;
}

/** An upload between its first byte and its report. End it with `commit` or `abort`. */
export class Upload {
  readonly id: string;
  /** After `commit`: contents whose stored data was damaged and is sound now. */
  healedBlobIds: readonly string[] = [];
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #hasher: ContentHasher;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;
  readonly #rules: UploadRules;
  readonly #maxEntries: number;
  readonly #share: UploadShare;
  readonly #metered: ReturnType<TransferMeter["beginUpload"]>;
  readonly #finishing = new FinishingFiles();
  #fileCount = 0;
  #receivedBytes = 0;
  /** Filled when `commit` begins. */
  #received: ReceivedFile[] = [];

  constructor(input: {
    id: string;
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    remover: BytesRemover;
    clock: Clock;
    rules: UploadRules;
    maxEntries: number;
    share: UploadShare;
    meter: TransferMeter;
  }) {
    this.id = input.id;
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#hasher = input.hasher;
    this.#remover = input.remover;
    this.#clock = input.clock;
    this.#rules = input.rules;
    this.#maxEntries = input.maxEntries;
    this.#share = input.share;
    this.#metered = input.meter.beginUpload();
  }

  /**
   * Opens the next file, once `finish` of the one before has resolved. The failure of a file may be thrown for one of
   * the next files, or by `commit`. `likelyActor` is the actor known so far: credentials may still follow in a form
   * field. `bodyBytes` is the length of the whole request, if announced; `to` the folder, if known so far.
   * @throws {DomainError} `too-many-files`, `scope-missing`, `bad-name`, `folder-not-found`, `not-allowed`,
   *   `quota-exceeded`, `storage-full`, `storage-unavailable`
   */
  async openFile(
    head: {
      name: string;
      contentType: string | undefined;
      bodyBytes?: number | undefined;
      to?: Pick<UploadOptions, "folder" | "isFolderRequired"> | undefined;
    },
    likelyActor: Actor,
  ): Promise<Pick<IncomingFile, "write" | "abort"> & { finish(): Promise<void> }> {
    const { maxFiles, maxUploadBytes } = this.#rules;
    this.#finishing.requireSound();
    if (this.#fileCount >= maxFiles) {
      throw new DomainError("too-many-files", `One upload takes up to ${maxFiles} files; nothing was stored.`);
    }
    if (isAccountActor(likelyActor)) requireUploader(likelyActor, this.#rules, this.#clock.now());
    const plan = isAccountActor(likelyActor) ? planInForce(likelyActor.account, this.#clock.now()) : undefined;
    const maxBytes = Math.min(
      this.#rules.maxFileBytes,
      plan?.maxFileBytes ?? Infinity,
      maxUploadBytes - this.#receivedBytes,
    );
    const name = storedName(head.name);
    const to = head.to ?? { folder: "root" as const };
    await this.#share.admit(await this.#ownerOf(likelyActor, to), head.bodyBytes);
    const file = await stageFile(
      { blobs: this.#blobs, hasher: this.#hasher },
      { name, contentType: contentTypeOf(name, head.contentType), maxBytes, share: this.#share },
    );
    return {
      write: (chunk) => file.write(chunk),
      abort: () => file.abort(),
      finish: async () => {
        this.#fileCount++;
        this.#receivedBytes += file.sizeBytes;
        await this.#finishing.add(file);
      },
    };
  }

  /**
   * Creates the files for everything received. When this resolves, files and report are durable and visible. When it
   * throws, nothing is visible; call `abort` then.
   * @param signal aborts when the caller disconnects; a password is then not hashed
   * @throws {DomainError} `not-authenticated`, `scope-missing`, `no-file-in-upload`, `empty-file-refused`,
   *   `quota-exceeded`, `file-too-large`, `bad-argument`, `folder-not-found` if the folder is required, `too-busy`
   */
  async commit(actor: Actor, options: UploadOptions, signal?: AbortSignal): Promise<UploadReport> {
    requireUploader(actor, this.#rules, this.#clock.now());
    this.#received = await this.#finishing.takeAll();
    this.#requireContent();
    const passwordHash = await hashLinkPassword(options.password, actor, signal);
    const domain = domainFor(actor, options.domain);
    await requireStored(this.#blobs, this.#received);
    const noteFiled = this.#share.end();
    const { folder, isFolderRequired } = options;
    const { report, filing } = await this.#file(actor, { folder, isFolderRequired, domain, passwordHash });
    noteFiled();
    this.#metered.stored(this.#received.length, this.#receivedBytes);
    this.#metered.end();
    this.#received.length = 0;
    this.healedBlobIds = filing.healedBlobIds;
    if (filing.hasDiscarded) this.#remover.wake();
    return report;
  }

  /** Asks the policy again, so that a long upload ends when its right does. @throws {DomainError} then */
  async recheck(actor: Actor): Promise<void> {
    requireUploader(await freshActor(this.#database, actor), this.#rules, this.#clock.now());
  }

  /**
   * Discards everything received and frees the id, so that the client may try again. Does nothing after `commit`; never
   * rejects, because the caller has to report the reason for the abort.
   */
  async abort(): Promise<void> {
    const received = [...this.#received.splice(0), ...(await this.#finishing.takeDurable())];
    await this.#drop(received.map(({ blobKey }) => blobKey));
    this.#share.end();
    this.#metered.end();
    await this.#database.uploads.release(this.id).catch(() => undefined);
  }

  async #file(actor: Actor, options: FilingOptions): Promise<{ report: UploadReport; filing: Filing }> {
    const now = this.#clock.now();
    try {
      const owner = await this.#ownerOf(actor, options);
      if (owner !== undefined) await yieldAhead(this.#database, owner, this.#sizes(), now);
      return await this.#database.transaction(async (rows) => {
        const uploader = await freshActor(rows, actor);
        requireUploader(uploader, this.#rules, now);
        const filing = await fileReceived(rows, uploader, {
          received: this.#received,
          options,
          maxEntries: this.#maxEntries,
          now,
        });
        const report: UploadReport = { isIncoming: false, files: filing.uploaded };
        const expiresAt = new Date(now.getTime() + REPORT_LIFE_MS);
        await storeReport(rows, uploader, { id: this.id, report, expiresAt });
        return { report, filing };
      });
    } catch (error) {
      // The rows may have been committed all the same. When in doubt, keep the bytes; at worst they are left over.
      if (!isCertainlyUndone(error)) this.#received.length = 0;
      throw error;
    }
  }

  /** The account that the files will belong to: in a shared folder, the folder's owner. Undefined for a guest's. */
  async #ownerOf(actor: Actor, to: Pick<UploadOptions, "folder" | "isFolderRequired">): Promise<Account | undefined> {
    if (!isAccountActor(actor)) return undefined;
    if (to.folder === "root") return actor.account;
    const folder = await destinationOf(this.#database, actor, to, this.#clock.now());
    return folder === undefined ? actor.account : ownerOfFolder(this.#database, folder);
  }

  #sizes(): number[] {
    return this.#received.map(({ sizeBytes }) => sizeBytes);
  }

  /** Bytes left behind here have no row; the storage check removes them once they are old. */
  async #drop(keys: readonly string[]): Promise<void> {
    await mapBounded(keys, REMOVALS_AT_ONCE, (key) => this.#blobs.remove(key).catch(() => undefined));
  }

  #requireContent(): void {
    if (this.#received.length === 0) throw new DomainError("no-file-in-upload", "No file was found in the upload.");
    if (!this.#rules.acceptsEmptyFiles && this.#received.some((file) => file.sizeBytes === 0)) {
      throw new DomainError("empty-file-refused", "This server does not accept empty files; nothing was stored.");
    }
  }
}

/** @throws {DomainError} `not-authenticated`, `scope-missing` and whatever else the policy says */
export function requireUploader(actor: Actor, rules: UploadRules, now: Date): void {
  if (!isAccountActor(actor)) {
    if (rules.acceptsGuests) return;
    throw new DomainError("not-authenticated", "This server accepts files only from its users; nothing was stored.");
  }
  const question = { action: "api.use", area: "uploads", right: "write", isForCustomers: false } as const;
  requireAllowed(can(actor, question, { now, linkPassword: "not-needed" }));
}

/** A refusal, or a failure that the database reports before anything of the transaction can be durable. */
export function isCertainlyUndone(error: unknown): boolean {
  if (error instanceof DatabaseError) return ["busy", "full", "read-only"].includes(error.failure);
  return error instanceof DomainError;
}

export function domainFor(actor: Actor, wanted: number | undefined): number {
  if (wanted !== undefined && Number.isInteger(wanted) && wanted >= 0 && wanted <= 10) return wanted;
  return isAccountActor(actor) ? actor.account.settings.defaultDomain : 0;
}
