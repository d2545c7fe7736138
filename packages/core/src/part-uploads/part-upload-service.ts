import { planInForce } from "../accounts/plans.ts";
import { requireQuota } from "../accounts/quota.ts";
import { admitToPlace, type FolderPlace } from "../entries/entry-place.ts";
import { DomainError } from "../errors.ts";
import { admitToFillFolder, ownerOfFolder } from "../folders/folder-access.ts";
import { contentTypeOf } from "../files/content-type.ts";
import { hashLinkPassword } from "../files/link-passwords.ts";
import { storedName } from "../files/names.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { freshActor, transactionAs } from "../policy/fresh-actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import type { Locker } from "../ports/locker.ts";
import { newFileId, newRecordId } from "../random-ids.ts";
import { uploadRefusal } from "../storage/storage-refusal.ts";
import { domainFor, isCertainlyUndone, requireUploader, type UploadRules } from "../uploads/upload.ts";
import type { UploadRoom } from "../uploads/upload-room.ts";
import type { Beginnings } from "./beginnings.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";
import { IncomingPart } from "./incoming-part.ts";
import { LeasedLock } from "./leased-lock.ts";
import { headOf, whatIsThere } from "./part-head.ts";
import { PartCompletion } from "./part-completion.ts";
import type { PartProof } from "./part-proof.ts";
import { admitToPartUpload, mayUseFolder } from "./part-upload-access.ts";
import {
  arrivalAt,
  EMPTY_UPLOAD_LIFE_MS,
  MOST_OPEN_UPLOADS,
  type PartUpload,
  planParts,
  planStream,
  type PromisedLink,
  type ReceivedPart,
} from "./part-upload.ts";

export interface PartUploadOptions {
  place: FolderPlace;
  name: string;
  contentType: string | undefined;
  sizeBytes: number;
  /** Undefined: the smallest possible size. */
  partBytes: number | undefined;
  /** Link domain, as for an upload. */
  domain: number | undefined;
  /** "" for none. */
  password: string;
  /** Its link does not work before it is complete, and is not revealed. */
  hasNoLinkYet?: boolean;
  /** For a stream: what its client wants to be told again. */
  streamMetadata?: string;
}

export interface PartUploadParts {
  database: Database;
  blobs: BlobStore;
  hasher: ContentHasher;
  jobs: () => JobQueue;
  locker: Locker;
  clock: Clock;
  room: UploadRoom;
  remover: BytesRemover;
  meter: TransferMeter;
  beginnings: Beginnings;
  maxEntries: number;
  rules: UploadRules;
}

/** A checked request. */
interface PlannedUpload extends Pick<PartUploadOptions, "contentType" | "domain" | "hasNoLinkYet" | "streamMetadata"> {
  name: string;
  folderId: number;
  plan: ReturnType<typeof planParts>;
  passwordHash: Awaited<ReturnType<typeof hashLinkPassword>>;
}

/** Uploads in parts, which may arrive in any order and several at a time; each is kept if the connection breaks. */
export class PartUploadService {
  readonly #parts: PartUploadParts;
  readonly #completion: PartCompletion;

  constructor(parts: PartUploadParts) {
    this.#parts = parts;
    this.#completion = new PartCompletion(parts);
  }

  /**
   * Checks everything here that would otherwise fail at the end.
   * @throws {DomainError} `not-authenticated`, `scope-missing`, `folder-not-found`, `bad-name`, `bad-argument`,
   *   `file-too-large`, `quota-exceeded`, `too-many-uploads`, `storage-full`, `storage-unavailable`, `too-busy`
   */
  async create(actor: Actor, options: PartUploadOptions, signal?: AbortSignal): Promise<PartUpload> {
    const { database, room } = this.#parts;
    const account = this.#requireUser(actor);
    const { place } = options;
    const { folder: destination } = await (typeof place === "object"
      ? admitToPlace(database, actor, place, this.#now())
      : admitToFillFolder(database, actor, place, this.#now()));
    const name = storedName(options.name);
    const { contentType, domain, hasNoLinkYet = false, streamMetadata } = options;
    const planning = streamMetadata === undefined ? planParts : planStream;
    const plan = planning(options.sizeBytes, options.partBytes);
    this.#requireSize(account, plan.sizeBytes);
    const passwordHash = await hashLinkPassword(options.password, actor, signal);
    await room.lookFor(account.account.id, plan.sizeBytes);
    const asked = { contentType, domain, hasNoLinkYet, streamMetadata };
    const planned = { ...asked, name, folderId: destination.id, plan, passwordHash };
    return this.#parts.beginnings.run(() => this.#begin(account, planned));
  }

  /**
   * Incomplete uploads, newest first, as far as the caller may use their folders.
   * @throws {DomainError} `not-authenticated`
   */
  async list(
    actor: Actor,
    page: { before: Pick<PartUpload, "id" | "createdAt"> | undefined; limit: number },
  ): Promise<{ uploads: PartUpload[]; next: Pick<PartUpload, "id" | "createdAt"> | undefined }> {
    const { database } = this.#parts;
    const caller = requireAccount(actor);
    const { account } = caller;
    const found = await database.partUploads.listOpen(account.id, this.#now(), { ...page, limit: page.limit + 1 });
    const uploads: PartUpload[] = [];
    for (const upload of found.slice(0, page.limit)) {
      const isUnfenced = caller.rootFolderId === account.rootFolderId;
      if (isUnfenced || (await mayUseFolder(database, caller, upload, this.#now()))) uploads.push(upload);
    }
    return { uploads, next: found.length > page.limit ? found[page.limit - 1] : undefined };
  }

  /**
   * The received parts of an upload, ordered by number, after `after`.
   * @throws {DomainError} `upload-not-found`, `not-authenticated`
   */
  async describe(
    actor: Actor,
    id: string,
    page: { after: number; limit: number },
  ): Promise<{ upload: PartUpload; parts: ReceivedPart[] }> {
    const { database } = this.#parts;
    const upload = await admitToPartUpload(database, actor, { id, now: this.#now(), lacksFolder: "fine" });
    return { upload, parts: await database.partUploads.listParts(id, page) };
  }

  /**
   * Opens a part for its bytes. `there`: it has arrived before, with these same digests, and is not needed again.
   * @throws {DomainError} `upload-not-found`, `folder-not-found`, `bad-argument`, `part-differs` if it arrived with
   *   another digest, `upload-in-progress` while another request sends it, `storage-full`, `storage-unavailable`
   */
  async openPart(
    actor: Actor,
    id: string,
    announced: { number: number; sizeBytes: number | undefined; proof: PartProof },
  ): Promise<IncomingPart | "there"> {
    const { database, locker } = this.#parts;
    const caller = this.#requireUser(actor);
    const upload = await admitToPartUpload(database, actor, { id, now: this.#now() });
    if (upload.stream !== undefined) throw comesAsStream();
    const head = headOf(upload, announced);
    const lock = await locker.tryAcquire(`part-upload ${id} ${head.number}`, LeasedLock.leaseMs);
    // Only check while holding the lock: nothing that was acknowledged may be overwritten.
    const known = await database.partUploads.findPart(id, head.number).catch(async (error: unknown) => {
      await lock?.release();
      throw error;
    });
    if (known !== undefined || lock === undefined) {
      await lock?.release();
      return whatIsThere(known, head);
    }
    if (upload.file !== undefined) {
      await lock.release();
      throw new DomainError("upload-not-found", "The upload is complete.");
    }
    const keep = (part: ReceivedPart & { sizeBytes: number }) => this.#keepPart(caller, id, part);
    return IncomingPart.open({ ...this.#parts, keep }, { upload, head, lock: new LeasedLock(lock) });
  }

  /** Asks the policy again, so that a long part ends when its right does. @throws {DomainError} then */
  async recheck(actor: Actor, id: string): Promise<void> {
    const caller = await freshActor(this.#parts.database, actor);
    this.#requireUser(caller);
    await admitToPartUpload(this.#parts.database, caller, { id, now: this.#now() });
  }

  /**
   * Makes the file when all parts are there. Idempotent. Its Whirlpool checksum is computed later.
   * @throws {DomainError} `upload-not-found`, `upload-in-progress` if parts are missing, and the refusals of an upload
   */
  complete(actor: Actor, id: string): Promise<UploadedFile> {
    this.#requireUser(actor);
    return this.#completion.complete(actor, id);
  }

  /** Discards everything received. @throws {DomainError} `upload-not-found`, also for a completed upload */
  async abort(actor: Actor, id: string): Promise<void> {
    const { database, blobs, remover } = this.#parts;
    const account = this.#requireUser(actor);
    const blob = await transactionAs(database, account, async (rows, caller) => {
      const now = this.#now();
      const upload = await admitToPartUpload(rows, caller, { id, now, lacksFolder: "fine" });
      if (upload.file !== undefined)
        throw new DomainError("upload-not-found", "The upload is complete; its file stays.");
      await rows.partUploads.end(id);
      // All parts may have been joined by now.
      await rows.discardedBytes.add([upload.blob.key], now);
      return upload.blob;
    });
    // The sweep finds what is left behind here.
    await blobs.abortParts(blob).catch(() => undefined);
    remover.wake();
  }

  async #keepPart(actor: AccountActor, id: string, part: ReceivedPart & { sizeBytes: number }): Promise<void> {
    await transactionAs(this.#parts.database, actor, async (rows, caller) => {
      this.#requireUser(caller);
      const now = this.#now();
      const { file } = await admitToPartUpload(rows, caller, { id, now });
      if (file !== undefined) throw new DomainError("upload-not-found", "The upload is complete.");
      await rows.partUploads.addPart(id, part, arrivalAt(now));
    });
  }

  /** The bytes in the store come first, then the row that refers to them. */
  async #begin(
    account: AccountActor,
    { name, folderId, plan, passwordHash, streamMetadata, ...options }: PlannedUpload,
  ): Promise<PartUpload> {
    const { database, blobs } = this.#parts;
    const blob = await blobs.beginParts(plan).catch((error: unknown) => {
      throw uploadRefusal(error);
    });
    try {
      return await transactionAs(database, account, async (rows, caller) => {
        this.#requireUser(caller);
        const now = this.#now();
        const admitted = await admitToFillFolder(rows, caller, folderId, now);
        const { count } = await rows.partUploads.getHeld(caller.account.id);
        if (count >= MOST_OPEN_UPLOADS) throw tooMany();
        // In a shared folder, the owner needs the space. Until completion, received bytes count for the sender.
        await requireQuota(rows, await ownerOfFolder(rows, admitted), [plan.sizeBytes], now);
        const isStream = streamMetadata !== undefined;
        const upload = {
          id: newRecordId(),
          accountId: caller.account.id,
          folderId: admitted.id,
          name,
          contentType: contentTypeOf(name, options.contentType),
          domain: domainFor(caller, options.domain),
          passwordHash,
          blob,
          createdAt: now,
          expiresAt: new Date(now.getTime() + EMPTY_UPLOAD_LIFE_MS),
          stream: isStream ? { metadata: streamMetadata, tail: undefined } : undefined,
          link: options.hasNoLinkYet === true ? undefined : newLink(now),
        };
        await rows.partUploads.create(upload);
        return { ...upload, receivedParts: 0, receivedBytes: 0, file: undefined };
      });
    } catch (error) {
      // Otherwise the row may exist; the sweep finds transfers without one.
      if (isCertainlyUndone(error)) await blobs.abortParts(blob).catch(() => undefined);
      throw error;
    }
  }

  #requireUser(actor: Actor): AccountActor {
    requireUploader(actor, this.#parts.rules, this.#now());
    return requireAccount(actor);
  }

  #requireSize({ account }: AccountActor, sizeBytes: number): void {
    const { maxFileBytes } = this.#parts.rules;
    const most = Math.min(maxFileBytes, planInForce(account, this.#now()).maxFileBytes ?? Infinity);
    if (sizeBytes <= most) return;
    throw new DomainError("file-too-large", `A file may have at most ${most} bytes; nothing was stored.`);
  }

  #now(): Date {
    return this.#parts.clock.now();
  }
}

const newLink = (now: Date): PromisedLink => ({ id: newFileId(), pacedSince: now, pacedBytes: 0, lastBytesAt: now });

function requireAccount(actor: Actor): AccountActor {
  if (isAccountActor(actor)) return actor;
  throw new DomainError("not-authenticated", "An upload in parts needs an account; nothing was stored.");
}

const comesAsStream = () => new DomainError("part-differs", "This is a tus upload: continue it by tus.");

const tooMany = () =>
  new DomainError(
    "too-many-uploads",
    `An account can have up to ${MOST_OPEN_UPLOADS} unfinished uploads. Complete or abort one; nothing was stored.`,
  );
