import type { DomainError } from "../errors.ts";
import { ManyFilesPlaces } from "../files/many-files-places.ts";
import type { FolderReference } from "../folders/folder-access.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { EntryPortion } from "./entry-portion.ts";

/** Changed in one transaction: others who write have their turn in between. */
const ENTRIES_PER_TRANSACTION = 100;

export interface EntryChange {
  readonly entry: { readonly folder: FolderReference } | { readonly fileId: string };
  readonly change: "remove" | EntryMove;
}

/** What is absent stays as it is. */
export interface EntryMove {
  readonly parent?: FolderReference | undefined;
  readonly name?: string | undefined;
}

/** What is to be done where an entry of the same kind has the name already. */
export type NameTaken = "fail" | "skip" | "keep-both" | "replace";

export type ChangeOutcome =
  | { readonly outcome: "done" | "unchanged" | "skipped"; readonly name: string }
  | { readonly outcome: "failed"; readonly error: DomainError };

/** Changes of many files and folders in one call, each of which succeeds or fails by itself. */
export class EntryChanges {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #space: StorageSpace;
  readonly #clock: Clock;
  readonly #places = new ManyFilesPlaces();

  constructor(input: { database: Database; remover: BytesRemover; space: StorageSpace; clock: Clock }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#space = input.space;
    this.#clock = input.clock;
  }

  /**
   * In the order given; outcomes in the same order. What was changed stays so when a later portion finds no database.
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
    const written = changes.filter(({ change }) => change !== "remove").length;
    if (written > 0) await this.#space.takeRows(written);
    const outcomes: ChangeOutcome[] = [];
    for (let begin = 0; begin < changes.length; begin += ENTRIES_PER_TRANSACTION) {
      const some = changes.slice(begin, begin + ENTRIES_PER_TRANSACTION);
      const now = this.#clock.now();
      const portion = await transactionAs(this.#database, actor, async (rows, caller) => {
        const work = new EntryPortion(rows, caller, { changes: some, nameTaken, now });
        return { outcomes: await work.run(), hasDiscarded: work.hasDiscarded };
      });
      outcomes.push(...portion.outcomes);
      if (portion.hasDiscarded) this.#remover.wake();
    }
    return outcomes;
  }
}
