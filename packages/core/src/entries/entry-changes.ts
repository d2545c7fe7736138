import { type DomainError, isDomainError } from "../errors.ts";
import { ManyFilesPlaces } from "../files/many-files-places.ts";
import type { FolderReference } from "../folders/folder-access.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { findEarlierRemoval } from "../trash/earlier-removal.ts";
import type { FolderRemoval } from "../trash/trash-folders.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { EntryPortion } from "./entry-portion.ts";

/** Changes per transaction; other writers get their turn in between. */
const ENTRIES_PER_TRANSACTION = 100;

export interface EntryChange {
  readonly entry: { readonly folder: FolderReference } | { readonly fileId: string };
  /** `remove-whole` removes a folder with everything in it. */
  readonly change: "remove" | "remove-whole" | EntryMove;
}

/** Fields left out stay as they are. */
export interface EntryMove {
  readonly parent?: FolderReference | undefined;
  readonly name?: string | undefined;
}

/** What to do when an entry of the same kind already has the name. */
export type NameTaken = "fail" | "skip" | "keep-both" | "replace";

export type ChangeOutcome =
  | {
      readonly outcome: "done" | "unchanged" | "skipped";
      readonly name: string;
      /** The trash entry, if it was moved to a trash. */
      readonly trashId?: number | undefined;
    }
  | { readonly outcome: "failed"; readonly error: DomainError };

/** Changes many files and folders in one call; each change succeeds or fails on its own. */
export class EntryChanges {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #space: StorageSpace;
  readonly #clock: Clock;
  readonly #removal: FolderRemoval;
  readonly #usualDays: number;
  readonly #places = new ManyFilesPlaces();

  constructor(input: {
    database: Database;
    remover: BytesRemover;
    space: StorageSpace;
    clock: Clock;
    folderRemoval: FolderRemoval;
    usualDays: number;
  }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#space = input.space;
    this.#clock = input.clock;
    this.#removal = input.folderRemoval;
    this.#usualDays = input.usualDays;
  }

  /**
   * Applied in the given order; outcomes are in the same order. Earlier changes stay if the database fails during a
   * later portion.
   * @throws {DomainError} `too-busy`, `storage-full`, `storage-unavailable`, `unknown-credentials`
   * @throws the reason of `signal` before anything was changed
   */
  async change(
    actor: Actor,
    changes: readonly EntryChange[],
    nameTaken: NameTaken,
    signal?: AbortSignal,
  ): Promise<ChangeOutcome[]> {
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, changes.length, signal));
    const written = changes.filter(({ change }) => typeof change === "object").length;
    if (written > 0) await this.#space.takeRows(written);
    const outcomes: ChangeOutcome[] = [];
    for (let begin = 0; begin < changes.length; begin = outcomes.length) {
      const whole = wholeFolderOf(changes[begin]);
      if (whole !== undefined) outcomes.push(await this.#removeWhole(actor, whole));
      else outcomes.push(...(await this.#changeSome(actor, portionFrom(changes, begin), nameTaken)));
    }
    return outcomes;
  }

  async #changeSome(
    actor: Actor,
    changes: readonly EntryChange[],
    nameTaken: NameTaken,
  ): Promise<readonly ChangeOutcome[]> {
    const work = { changes, nameTaken, now: this.#clock.now(), usualDays: this.#usualDays };
    const portion = await transactionAs(this.#database, actor, async (rows, caller) => {
      const each = new EntryPortion(rows, caller, work);
      return { outcomes: await each.run(), hasDiscarded: each.hasDiscarded };
    });
    if (portion.hasDiscarded) this.#remover.wake();
    return portion.outcomes;
  }

  async #removeWhole(actor: Actor, folder: FolderReference): Promise<ChangeOutcome> {
    try {
      return { outcome: "done", ...(await this.#removal.run(actor, folder)) };
    } catch (error) {
      if (!isDomainError(error) || error.code === "unknown-credentials") throw error;
      const lost = { entry: { folder }, refusal: error, now: this.#clock.now() };
      return (await findEarlierRemoval(this.#database, actor, lost)) ?? { outcome: "failed", error };
    }
  }
}

/** Removing a whole folder uses transactions of its own. */
const wholeFolderOf = (each: EntryChange | undefined): FolderReference | undefined =>
  each?.change === "remove-whole" && "folder" in each.entry ? each.entry.folder : undefined;

function portionFrom(changes: readonly EntryChange[], begin: number): EntryChange[] {
  const some = changes.slice(begin, begin + ENTRIES_PER_TRANSACTION);
  const end = some.findIndex((each) => wholeFolderOf(each) !== undefined);
  return end === -1 ? some : some.slice(0, end);
}
