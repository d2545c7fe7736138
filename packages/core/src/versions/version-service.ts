import type { Account } from "../accounts/account.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
import { admitToManageFile, requireSound } from "../files/file-access.ts";
import { type BriefFile, briefFile } from "../files/file.ts";
import { ManyFilesPlaces } from "../files/many-files-places.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { sweepVersions } from "../trash/trash-sweep.ts";
import { fileAt, type FileVersion, MOST_VERSIONS } from "./file-version.ts";
import { type Replacement, type ReplaceOutcome, replaceSome } from "./replacement.ts";
import { requireVersion, versionDaysOf, versionEnd } from "./version-access.ts";

/** Changes per transaction; other writers get their turn in between. */
const FILES_PER_TRANSACTION = 100;
const NAME_CHARACTERS = 200;

export interface VersionList {
  readonly file: BriefFile;
  /** Latest first. */
  readonly versions: readonly FileVersion[];
  /** How long the account keeps what is replaced now. */
  readonly days: number;
}

/** Replaces the bytes under a link, and manages earlier contents. */
export class VersionService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #space: StorageSpace;
  readonly #remover: BytesRemover;
  readonly #usualDays: number;
  readonly #places = new ManyFilesPlaces();

  constructor(input: {
    database: Database;
    clock: Clock;
    space: StorageSpace;
    remover: BytesRemover;
    usualVersionDays: number;
  }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#space = input.space;
    this.#remover = input.remover;
    this.#usualDays = input.usualVersionDays;
  }

  /** How long the account keeps what is replaced now. */
  daysOf(account: Account): number {
    return versionDaysOf(account, this.#usualDays);
  }

  /** For the owner. @throws {DomainError} `file-not-found`, `not-authenticated` */
  async list(actor: Actor, fileId: string): Promise<VersionList> {
    const { account } = requireAccount(actor);
    const { id, file } = await admitToManageFile(this.#database, actor, { fileId }, this.#clock.now());
    const versions = await this.#database.versions.listByFile(id, MOST_VERSIONS);
    return { file: briefFile(file), versions, days: this.daysOf(account) };
  }

  /**
   * Gives files the bytes of others, which are then removed with their links; each keeps its own link, and its previous
   * content as a version. Each replacement succeeds or fails on its own; outcomes in the same order.
   * @throws {DomainError} `not-authenticated`, `too-busy`, `storage-full`, `storage-unavailable`, `unknown-credentials`
   * @throws the reason of `signal` before anything was changed
   */
  async replace(actor: Actor, replacements: readonly Replacement[], signal?: AbortSignal): Promise<ReplaceOutcome[]> {
    const caller = requireAccount(actor);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, 2 * replacements.length, signal));
    await this.#space.takeRows(replacements.length);
    const outcomes: ReplaceOutcome[] = [];
    for (let begin = 0; begin < replacements.length; begin += FILES_PER_TRANSACTION) {
      const some = replacements.slice(begin, begin + FILES_PER_TRANSACTION);
      const now = this.#clock.now();
      const step = await transactionAs(this.#database, caller, (rows, fresh) =>
        replaceSome(rows, fresh, { replacements: some, days: this.daysOf(fresh.account), now }),
      );
      if (step.hasDiscarded) this.#remover.wake();
      outcomes.push(...step.outcomes);
    }
    return outcomes;
  }

  /**
   * Gives a file the bytes of an older version; the current content becomes the latest version. Returns the file as it
   * is now.
   * @throws {DomainError} `file-not-found`, `version-not-found`, `file-damaged`, `storage-full`
   */
  async restore(actor: Actor, fileId: string, versionId: number): Promise<BriefFile> {
    await this.#space.takeRows(1);
    const now = this.#clock.now();
    return transactionAs(this.#database, requireAccount(actor), async (rows, caller) => {
      const { id, file } = await admitToManageFile(rows, caller, { fileId }, now);
      const version = await requireVersion(rows, id, versionId);
      requireSound(version);
      if (version.blobId === file.blobId) return briefFile(file);
      // Even if versions are no longer kept: restoring an old version must not lose the current content.
      const newEnd = versionEnd(now, this.daysOf(caller.account));
      const endsAt = newEnd > version.endsAt ? newEnd : version.endsAt;
      await rows.versions.keepCurrent([{ fileId: id, replacedAt: now, endsAt, replacedByKeyId: caller.key?.id }]);
      const { blobId, contentType } = version;
      await rows.files.replaceContents([{ id, blobId, contentType, createdAt: now }]);
      await rows.versions.endOfFile(id, { ids: [versionId] });
      const details = { name: [...file.name].slice(0, NAME_CHARACTERS).join("") };
      await rows.audit.append([auditRecord(caller, now, { action: "version.restore", objectId: id, details })]);
      return briefFile({ ...fileAt(file, version), createdAt: now });
    });
  }

  /**
   * Permanently removes some or all versions of a file; missing ones are ignored. Returns how many were removed.
   * @throws {DomainError} `file-not-found`, `not-authenticated`
   */
  async remove(actor: Actor, fileId: string, which: readonly number[] | "all"): Promise<number> {
    const now = this.#clock.now();
    const ended = await transactionAs(this.#database, requireAccount(actor), async (rows, caller) => {
      const { id, file } = await admitToManageFile(rows, caller, { fileId }, now);
      const count = await rows.versions.endOfFile(id, which === "all" ? { allBut: 0 } : { ids: which });
      if (count === 0) return 0;
      await sweepVersions(rows, { accountId: file.accountId, now });
      const details = { name: [...file.name].slice(0, NAME_CHARACTERS).join(""), count };
      await rows.audit.append([auditRecord(caller, now, { action: "version.remove", objectId: id, details })]);
      return count;
    });
    if (ended > 0) this.#remover.wake();
    return ended;
  }
}

function requireAccount(actor: Actor): AccountActor {
  if (isAccountActor(actor)) return actor;
  throw new DomainError("not-authenticated", "This needs an account.");
}
