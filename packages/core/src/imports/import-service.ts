import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
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
import { MOST_REMOTE_URLS } from "../remote/remote-upload.ts";
import { ownerOf, requireAccount, requireRemoteRight } from "../remote/orderer.ts";
import { laneOf, readSourceAddress } from "../remote/source-address.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { type Import, IMPORT, type ImportEntryQuery } from "./import.ts";
import type { ImportEntryPage } from "./import-repository.ts";

const MOST_OPEN = 10;
/** Of what has ended, per account; half a million entries take some 200 MB. */
const KEPT_ENDED = { imports: 50, entries: 500_000 };
const LONGEST_SECRET = 512;
const LONGEST_PATH = 8192;

export interface ImportOrder {
  access: ImportAccess;
  folder: FolderReference;
  isPlan: boolean;
}

/** Whole folders that accounts take over from other servers. */
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
   * Begins at once, and goes on until all is here, however long that takes.
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
      if ((await rows.imports.countOpen(accountId)) >= MOST_OPEN) {
        const most = `${MOST_OPEN} imports of this account are under way, and no more may be; nothing was begun.`;
        throw new DomainError("too-many-remote-uploads", most);
      }
      const made = await rows.imports.create({
        accountId,
        apiKeyId: caller.key?.id,
        address: caller.address,
        rootFolderId: caller.rootFolderId,
        folderId: admitted.id,
        requestedAt: now,
        kind: access.kind,
        sourceUrl: access.url,
        sourcePath: pathOf(access),
        sealedAccess,
        isPlan,
        jobId: "",
      });
      const order = { kind: IMPORT, payload: { import: made }, accountId, lane: laneOf(access.url) };
      const jobId = (await this.#jobs.add(rows, order)) ?? "";
      await rows.imports.handOver(made, { jobId, messages: [], pauses: 0 });
      const details = { kind: access.kind, folder: admitted.folder.id };
      await rows.audit.append([auditRecord(caller, now, { action: "remote.import", objectId: made, details })]);
      return made;
    });
    this.#jobs.wake();
    // Half a million entries may go, and nobody else could write before the end of a transaction.
    await this.#database.imports.removeOldestEnded(account.account.id, KEPT_ENDED);
    return this.get(account, id);
  }

  /** @throws {DomainError} `remote-upload-not-found` */
  async get(actor: Actor, id: number): Promise<Import> {
    return this.#own(this.#database, actor, id);
  }

  /** What works on it now, or is going to. */
  async jobOf({ jobId, endedAt }: Import): Promise<Pick<Job, "state" | "progress" | "runAt"> | undefined> {
    return endedAt === undefined ? this.#database.jobs.findById(jobId) : undefined;
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

  /** Ends it within moments; what has arrived stays. @throws {DomainError} `remote-upload-not-found` */
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

  async #own(rows: Pick<Repositories, "imports">, actor: Actor, id: number): Promise<Import> {
    const found = await rows.imports.findById(id);
    if (found === undefined) throw new DomainError("remote-upload-not-found", "There is no such import.");
    permit(actor, { action: "remote.manage", request: found }, { now: this.#clock.now(), linkPassword: "not-needed" });
    return found;
  }
}

/** What the secrets of an import are sealed about. */
export const sealedAbout = (accountId: string): string => `imports of ${accountId}`;

function pathOf(access: ImportAccess): string {
  if (access.kind === "account") return access.path;
  if (access.kind !== "links") return "";
  return access.links.length === 1 ? (access.links[0] ?? "") : `${access.links.length} links`;
}

/** @throws {DomainError} `bad-argument` */
function requireUsable(access: ImportAccess): void {
  const { shownUrl, hasCredentials } = readSourceAddress(access.url);
  if (hasCredentials) throw bad("The address of a source has no name or password in it");
  if (!/^https?:/i.test(shownUrl)) throw bad("The address of a source begins with http:// or https://");
  if (access.kind === "index") return;
  if (access.apiKey !== undefined) requireSecret(access.apiKey, "API key");
  if (access.kind === "page" && access.password !== undefined) requireSecret(access.password, "password");
  if (access.kind === "account" && access.path.length > LONGEST_PATH) throw bad("The path is too long");
  if (access.kind !== "links") return;
  if (access.links.length === 0 || access.links.length > MOST_REMOTE_URLS) {
    throw bad(`One import takes 1 to ${MOST_REMOTE_URLS} links`);
  }
  for (const link of access.links) readSourceAddress(link);
}

function requireSecret(text: string, what: string): void {
  if (/^[\u0020-\u007e\u00a0-\u00ff]{1,512}$/.test(text)) return;
  throw bad(`The ${what} of the source has 1 to ${LONGEST_SECRET} printable characters`);
}

const bad = (what: string) => new DomainError("bad-argument", `${what}; nothing was begun.`);
