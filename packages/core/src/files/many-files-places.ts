import { DomainError } from "../errors.ts";
import { LONGEST_WAIT_MS } from "../places/bounded-wait.ts";
import { type PlaceLimits, Places } from "../places/places.ts";
import type { Actor } from "../policy/actor.ts";
import { countedSubject } from "../policy/counted-subject.ts";

/** Calls about no more files than this need no place: what they hold is small. */
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
 * Calls that change many files hold many rows, also while they wait for the database, and walks through folders take long:
 * so many at once, and others wait before they read anything.
 */
export class ManyFilesPlaces {
  readonly #places = new Places<undefined>(placeLimits, tooBusy);

  /**
   * Dispose of it when the call has ended. Whoever waits leaves when `signal` aborts.
   * @throws {DomainError} `too-busy` where too many wait, or after a long wait
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
