import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Job } from "../jobs/job.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { permit } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { ImportAccess } from "../ports/import-source.ts";
import type { Sealer } from "../ports/sealer.ts";
import { ownerOf, requireAccount, requireRemoteRight } from "../remote/orderer.ts";
import { laneOf } from "../remote/source-address.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { type Import, IMPORT, type ImportEntryQuery } from "./import.ts";
import { accessAgain, isLost, requireUsable, sealedAbout, sourcePathOf, type SourceSecrets } from "./import-access.ts";
import type { ImportEntryPage } from "./import-repository.ts";

const MOST_OPEN = 10;
/** Ended imports kept per account. */
const KEPT_ENDED = { imports: 50, bytes: 256 * 1024 ** 2 };

export interface ImportOrder {
  access: ImportAccess;
  folder: FolderReference;
  isPlan: boolean;
}

/** Imports of whole folders from other servers. */
export class ImportService {
  readonly #database: Database;
  readonly #jobs: JobQueue;
  readonly #sealer: Sealer;
  readonly #space: StorageSpace;
  readonly #clock: Clock;

  constructor(input: { database: Database; jobs: JobQueue; sealer: Sealer; space: StorageSpace; clock: Clock }) {
    this.#database = input.database;
    this.#jobs = input.jobs;
    this.#sealer = input.sealer;
    this.#space = input.space;
    this.#clock = input.clock;
  }

  /**
   * Starts immediately and continues until everything is here, however long that takes.
   * @throws {DomainError} `bad-argument`, `folder-not-found`, `too-many-remote-uploads`, `storage-full`,
   *   `storage-unavailable` and what the policy says
   */
  async order(actor: Actor, { access, folder, isPlan }: ImportOrder): Promise<Import> {
    const account = requireAccount(actor);
    requireUsable(access);
    const sealedAccess = await this.#sealer.seal(JSON.stringify(access), sealedAbout(account.account.id));
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    const id = await transactionAs(this.#database, account, async (rows, caller) => {
      requireRemoteRight(caller, now);
      const admitted = await admitToFolder(rows, caller, folder, now);
      const accountId = caller.account.id;
      await requirePlace(rows, accountId);
      const created = await rows.imports.create({
        accountId,
        apiKeyId: caller.key?.id,
        address: caller.address,
        rootFolderId: caller.rootFolderId,
        folderId: admitted.id,
        requestedAt: now,
        kind: access.kind,
        sourceUrl: access.url,
        sourcePath: sourcePathOf(access),
        sealedAccess,
        isPlan,
        jobId: "",
      });
      const order = { kind: IMPORT, payload: { import: created }, accountId, lane: laneOf(access.url) };
      const jobId = (await this.#jobs.add(rows, order)) ?? "";
      await rows.imports.handOver(created, { jobId, messages: [], pauses: 0 });
      const details = { kind: access.kind, from: new URL(access.url).host, folder: admitted.folder.id };
      await rows.audit.append([auditRecord(caller, now, { action: "remote.import", objectId: created, details })]);
      return created;
    });
    this.#jobs.wake();
    // Not in one transaction: half a million entries may be removed, and nobody else could write meanwhile.
    await this.#database.imports.removeOldestEnded(account.account.id, KEPT_ENDED);
    return this.get(account, id);
  }

  /** @throws {DomainError} `remote-upload-not-found` */
  async get(actor: Actor, id: number): Promise<Import> {
    return this.#own(this.#database, actor, id);
  }

  /** The job that works on it, now or soon. */
  async jobOf({ jobId, endedAt }: Import): Promise<Pick<Job, "state" | "progress" | "runAt"> | undefined> {
    return endedAt === undefined ? this.#database.jobs.findById(jobId) : undefined;
  }

  /** Whether a retry would find anything to do. */
  async mayRetry(found: Import): Promise<boolean> {
    return isRetriable(this.#database, found);
  }

  /** A page, newest first. */
  async list(actor: Actor, page: { before: number | undefined; limit: number }): Promise<Import[]> {
    return this.#database.imports.list(ownerOf(requireAccount(actor)), page);
  }

  /** A page of its folders and files, in the order they were found. @throws {DomainError} `remote-upload-not-found` */
  async listEntries(actor: Actor, id: number, query: ImportEntryQuery): Promise<ImportEntryPage> {
    await this.get(actor, id);
    return this.#database.imports.listEntries(id, query);
  }

  /** Cancels it within moments; files that have arrived stay. @throws {DomainError} `remote-upload-not-found` */
  async cancel(actor: Actor, id: number): Promise<Import> {
    const now = this.#clock.now();
    await transactionAs(this.#database, requireAccount(actor), async (rows, caller) => {
      requireRemoteRight(caller, now);
      const found = await this.#own(rows, caller, id);
      if (found.endedAt !== undefined) return;
      const question = { action: "remote.manage", request: found, job: { id: found.jobId } } as const;
      await this.#jobs.callOff(rows, permit(caller, question, { now, linkPassword: "not-needed" }), now);
      await rows.audit.append([auditRecord(caller, now, { action: "remote.import.cancel", objectId: id })]);
    });
    this.#jobs.wake();
    return this.get(actor, id);
  }

  /**
   * Continues an import that has ended, on behalf of the current caller: failed entries are tried again, files that
   * have arrived stay.
   * @param secrets are deleted when an import ends, so they must be given again
   * @throws {DomainError} `remote-upload-not-found`, `bad-argument` if nothing is missing or a secret is,
   *   `too-many-remote-uploads`, `storage-full`, `storage-unavailable` and what the policy says
   */
  async retry(actor: Actor, id: number, secrets: SourceSecrets = {}): Promise<Import> {
    const account = requireAccount(actor);
    await this.#space.takeRows(1);
    const access = accessAgain(await this.get(account, id), secrets);
    const sealedAccess = await this.#sealer.seal(JSON.stringify(access), sealedAbout(account.account.id));
    const now = this.#clock.now();
    await transactionAs(this.#database, account, async (rows, caller) => {
      requireRemoteRight(caller, now);
      const found = await this.#own(rows, caller, id);
      if (found.endedAt === undefined) throw new ArgumentError("not-ended", "This import has not ended yet.");
      if (!(await isRetriable(rows, found))) {
        throw new ArgumentError("nothing-to-retry", "Nothing in this import can be tried again.");
      }
      const accountId = caller.account.id;
      await requirePlace(rows, accountId);
      const order = { kind: IMPORT, payload: { import: id, reopens: true }, accountId, lane: laneOf(found.sourceUrl) };
      const jobId = (await this.#jobs.add(rows, order)) ?? "";
      const mayManage = permit(
        caller,
        { action: "remote.manage", request: found },
        { now, linkPassword: "not-needed" },
      );
      const { key, address } = caller;
      await rows.imports.reopen(mayManage, { jobId, sealedAccess, apiKeyId: key?.id, address });
      await rows.audit.append([auditRecord(caller, now, { action: "remote.import.retry", objectId: id })]);
    });
    this.#jobs.wake();
    return this.get(account, id);
  }

  /**
   * Removes an ended import from the list, in portions; files that have arrived stay.
   * @throws {DomainError} `remote-upload-not-found`, `bad-argument` if it has not ended
   */
  async remove(actor: Actor, id: number): Promise<void> {
    const account = requireAccount(actor);
    const now = this.#clock.now();
    const step = (isFirst: boolean) =>
      transactionAs(this.#database, account, async (rows, caller) => {
        requireRemoteRight(caller, now);
        const found = await rows.imports.findById(id);
        if (found === undefined && !isFirst) return true;
        if (found === undefined) throw new DomainError("remote-upload-not-found", "There is no such import.");
        const question = { action: "remote.manage", request: found } as const;
        const mayManage = permit(caller, question, { now, linkPassword: "not-needed" });
        // Checked in each step: a retry meanwhile continues with what is left.
        if (found.endedAt === undefined) {
          throw new ArgumentError("not-ended", "This import has not ended yet; cancel it first.");
        }
        if (isFirst) {
          await rows.audit.append([auditRecord(caller, now, { action: "remote.import.remove", objectId: id })]);
        }
        return rows.imports.removeSome(mayManage);
      });
    for (let isGone = await step(true); !isGone;) isGone = await step(false);
  }

  async #own(rows: Pick<Repositories, "imports">, actor: Actor, id: number): Promise<Import> {
    const found = await rows.imports.findById(id);
    if (found === undefined) throw new DomainError("remote-upload-not-found", "There is no such import.");
    permit(actor, { action: "remote.manage", request: found }, { now: this.#clock.now(), linkPassword: "not-needed" });
    return found;
  }
}

async function requirePlace(rows: Pick<Repositories, "imports">, accountId: string): Promise<void> {
  if ((await rows.imports.countOpen(accountId)) < MOST_OPEN) return;
  const most = `${MOST_OPEN} imports of this account are in progress, which is the maximum; nothing was started.`;
  throw new DomainError("too-many-remote-uploads", most);
}

async function isRetriable(rows: Pick<Repositories, "imports">, found: Import): Promise<boolean> {
  if (found.endedAt === undefined || isLost(found)) return false;
  if (found.state === "failed" || found.state === "cancelled") return true;
  const { files, folders } = found.tallies;
  return files.failed.count + folders.failed > 0 && rows.imports.hasRetriable(found.id);
}
