import type { Account } from "../accounts/account.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { ManyFilesPlaces } from "../files/many-files-places.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { can } from "../policy/policy.ts";
import { type Reader, readerNow } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { restoreSome, type RestoredEntry } from "./restoration.ts";
import { admitToTrash, trashDaysOf, trashedObject } from "./trash-access.ts";
import type { FolderRemoval } from "./trash-folders.ts";
import { sweepEnded } from "./trash-sweep.ts";
import type { UsableTrashId } from "./trash-repository.ts";
import type { TrashEntry, TrashUsage } from "./trash.ts";

const PAGE = 250;
/** Per call; the next page continues. */
const PAGES_LOOKED_THROUGH = 20;
const ENTRIES_PER_TRANSACTION = 100;

export interface TrashPage {
  readonly entries: readonly TrashEntry[];
  /** The usage of everything the caller sees, including other pages. */
  readonly total: TrashUsage;
  /** How long the account keeps what is removed now. */
  readonly days: number;
  /** `beforeId` of the next page; undefined at the end. */
  readonly next: number | undefined;
}

export type RestoreOutcome =
  | ({ readonly outcome: "done" } & RestoredEntry)
  | { readonly outcome: "failed"; readonly error: DomainError };

/** The trash: what an account has removed and can restore. */
export class TrashService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #space: StorageSpace;
  readonly #remover: BytesRemover;
  readonly #removal: FolderRemoval;
  readonly #usualDays: number;
  readonly #maxEntries: number;
  readonly #restoring = new Map<number, Promise<RestoreOutcome>>();
  readonly #walks = new ManyFilesPlaces();
  readonly #places = new ManyFilesPlaces();

  constructor(input: {
    database: Database;
    clock: Clock;
    space: StorageSpace;
    remover: BytesRemover;
    folderRemoval: FolderRemoval;
    usualDays: number;
    maxEntries: number;
  }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#space = input.space;
    this.#remover = input.remover;
    this.#removal = input.folderRemoval;
    this.#usualDays = input.usualDays;
    this.#maxEntries = input.maxEntries;
  }

  /**
   * Latest first. A key restricted to a folder sees what was in it; its pages may be short before the last one.
   * @throws {DomainError} `not-authenticated`, `too-busy` when too many such listings wait
   * @throws what the policy says by then, if it had to wait, and the reason of the reader's signal
   */
  async list(
    actor: Actor,
    { beforeId, limit }: { beforeId?: number | undefined; limit: number },
    { signal, needs }: Reader = {},
  ): Promise<TrashPage> {
    let owner = requireAccount(actor);
    const days = this.daysOf(owner.account);
    using held = new DisposableStack();
    const isFenced = owner.rootFolderId !== owner.account.rootFolderId;
    if (isFenced) {
      held.use(await this.#walks.take(actor, Infinity, signal));
      owner = requireAccount(await readerNow(this.#database, actor, needs, this.#clock.now()));
    }
    const total = isFenced
      ? await this.#countSeen(owner, signal)
      : await this.#database.trash.getUsage(owner.account.id);
    const entries: TrashEntry[] = [];
    let before = beforeId;
    for (let pages = 0; pages < PAGES_LOOKED_THROUGH; pages++) {
      const page = await this.#database.trash.list(owner.account.id, { beforeId: before, limit: PAGE });
      for (const entry of page) {
        before = entry.id;
        if (!this.#sees(owner, entry)) continue;
        entries.push(entry);
        if (entries.length === limit) return { entries, total, days, next: before };
      }
      if (page.length < PAGE) return { entries, total, days, next: undefined };
    }
    return { entries, total, days, next: before };
  }

  /** How long the account keeps what is removed now. */
  daysOf(account: Account): number {
    return trashDaysOf(account, this.#usualDays);
  }

  /**
   * Restores entries to where they were, in the order given; outcomes in the same order. Nothing existing is replaced.
   * @throws {DomainError} `too-busy`, `storage-full`, `storage-unavailable`, `unknown-credentials`
   * @throws the reason of `signal` before anything was changed
   */
  async restore(actor: Actor, ids: readonly number[], signal?: AbortSignal): Promise<RestoreOutcome[]> {
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, ids.length, signal));
    await this.#space.takeRows(ids.length);
    const outcomes: RestoreOutcome[] = [];
    for (const id of ids) outcomes.push(await this.#restoreOne(actor, id));
    return outcomes;
  }

  /**
   * Removes entries permanently. Skips those that do not exist, that the caller may not see, or that are being
   * restored; returns how many were removed.
   * @throws {DomainError} `not-authenticated`, `too-busy`
   */
  async remove(actor: Actor, ids: readonly number[], signal?: AbortSignal): Promise<number> {
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, ids.length, signal));
    let removed = 0;
    for (let begin = 0; begin < ids.length; begin += ENTRIES_PER_TRANSACTION) {
      removed += await this.#end(actor, ids.slice(begin, begin + ENTRIES_PER_TRANSACTION));
    }
    await this.#sweep(actor);
    return removed;
  }

  /**
   * Permanently removes everything in the trash that the caller sees and nobody is restoring; returns how many entries
   * were removed.
   */
  async empty(actor: Actor, signal?: AbortSignal): Promise<number> {
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, Infinity, signal));
    let removed = 0;
    let before: number | undefined;
    do {
      const page = await this.list(actor, { beforeId: before, limit: ENTRIES_PER_TRANSACTION }, { signal });
      removed += await this.#end(
        actor,
        page.entries.map(({ id }) => id),
      );
      before = page.next;
    } while (before !== undefined);
    await this.#sweep(actor);
    return removed;
  }

  /** One at a time: a repeated call gets what the first one has left. */
  async #restoreOne(actor: Actor, entryId: number): Promise<RestoreOutcome> {
    for (let other = this.#restoring.get(entryId); other !== undefined; other = this.#restoring.get(entryId)) {
      await Promise.allSettled([other]);
    }
    const restoring = this.#restoreWhole(actor, entryId);
    this.#restoring.set(entryId, restoring);
    try {
      return await restoring;
    } finally {
      this.#restoring.delete(entryId);
    }
  }

  async #restoreWhole(actor: Actor, entryId: number): Promise<RestoreOutcome> {
    try {
      const [entry] = await this.#database.trash.findByIds([entryId]);
      if (entry?.isOpen === true && this.#removal.isRunning(entry.targetId))
        throw new DomainError("too-busy", "This folder is still being removed; try again in a moment.");
      for (;;) {
        const restored = await transactionAs(this.#database, actor, (rows, caller) =>
          restoreSome({ rows, caller, entryId, maxEntries: this.#maxEntries, now: this.#clock.now() }),
        );
        if (restored !== undefined) return { outcome: "done", ...restored };
      }
    } catch (error) {
      if (isDomainError(error) && error.code !== "unknown-credentials") return { outcome: "failed", error };
      throw error;
    }
  }

  #sweep(actor: Actor): Promise<void> {
    const { account } = requireAccount(actor);
    return sweepEnded({ database: this.#database, remover: this.#remover, clock: this.#clock }, account.id);
  }

  #end(actor: Actor, ids: readonly number[]): Promise<number> {
    const now = this.#clock.now();
    return transactionAs(this.#database, actor, async (rows, caller) => {
      const ended: UsableTrashId[] = [];
      for (const { id } of await rows.trash.findByIds(ids)) {
        if (this.#restoring.has(id)) continue;
        try {
          ended.push((await admitToTrash(rows, caller, id, now)).id);
        } catch (error) {
          if (!isDomainError(error, "trash-entry-not-found")) throw error;
        }
      }
      const [first] = ended;
      if (first === undefined) return 0;
      await rows.trash.end(ended);
      const change = { action: "trash.remove", objectId: first, details: { count: ended.length } };
      await rows.audit.append([auditRecord(caller, now, change)]);
      return ended.length;
    });
  }

  async #countSeen(owner: AccountActor, signal: AbortSignal | undefined): Promise<TrashUsage> {
    let [count, sizeBytes] = [0, 0];
    for (let beforeId: number | undefined; ;) {
      signal?.throwIfAborted();
      const page = await this.#database.trash.list(owner.account.id, { beforeId, limit: PAGE });
      for (const entry of page) {
        if (!this.#sees(owner, entry)) continue;
        count += entry.itemCount;
        sizeBytes += entry.sizeBytes;
      }
      if (page.length < PAGE) return { count, sizeBytes };
      beforeId = page.at(-1)?.id;
    }
  }

  #sees(owner: AccountActor, entry: TrashEntry): boolean {
    const question = { action: "trash.use", trashed: trashedObject(entry) } as const;
    return can(owner, question, { now: this.#clock.now(), linkPassword: "not-needed" }).isAllowed;
  }
}

function requireAccount(actor: Actor): AccountActor {
  if (isAccountActor(actor)) return actor;
  throw new DomainError("not-authenticated", "This needs an account.");
}
