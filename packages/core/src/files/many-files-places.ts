import { DomainError } from "../errors.ts";
import { LONGEST_WAIT_MS } from "../places/bounded-wait.ts";
import { type PlaceLimits, Places } from "../places/places.ts";
import type { Actor } from "../policy/actor.ts";
import { countedSubject } from "../policy/counted-subject.ts";

/** Calls for no more files than this need no slot: they hold little memory. */
const FEW_FILES = 20;

const placeLimits: PlaceLimits = {
  total: 8,
  perSubject: 2,
  perNetwork: 4,
  waitingTotal: 64,
  waitingPerSubject: 16,
  waitingPerNetwork: 32,
  waitMs: LONGEST_WAIT_MS,
};

/**
 * Limits calls that name many files: they hold many rows while they wait for the database, and walks through folders
 * take long. Beyond the limit, calls wait before they read anything.
 */
export class ManyFilesPlaces {
  readonly #places = new Places<undefined>(placeLimits, tooBusy);

  /**
   * Dispose of it when the call has ended. Waiting ends when `signal` aborts.
   * @throws {DomainError} `too-busy` when too many wait, or after a long wait
   * @throws the reason of `signal`
   */
  async take(actor: Actor, files: number, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (files <= FEW_FILES) return { [Symbol.dispose]: () => {} };
    return this.#places.take(countedSubject(actor), undefined, signal);
  }
}

const tooBusy = () =>
  new DomainError(
    "too-busy",
    "Too many calls about many files are in progress. Nothing was changed; try again in a moment.",
  );
