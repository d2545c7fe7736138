import type { DomainError } from "../errors.ts";
import type { Lock, Locker } from "../ports/locker.ts";

/** How long a place is kept for a stream of which nothing is heard: its process may have ended. */
const LEASE_MS = 60_000;

/** A bound that a running stream counts to. */
export interface StreamBound {
  name: string;
  /** Streams at once. */
  most: number;
  /** What is said when there is no place, or it is lost. Made then: an error with its stack costs more than all the rest. */
  refusal(): DomainError;
}

/** The places of one running stream, one in each of its bounds. Disposing gives them back. */
export class StreamPlaces implements AsyncDisposable {
  readonly #places: readonly { lock: Lock; refusal(): DomainError }[];
  readonly #held: AsyncDisposableStack;

  private constructor(places: readonly { lock: Lock; refusal(): DomainError }[], held: AsyncDisposableStack) {
    this.#places = places;
    this.#held = held;
  }

  /** @throws {DomainError} the refusal of the first bound that has no place; the others are given back then */
  static async take(locker: Locker, bounds: readonly StreamBound[]): Promise<StreamPlaces> {
    await using taken = new AsyncDisposableStack();
    const places: { lock: Lock; refusal(): DomainError }[] = [];
    for (const { name, most, refusal } of bounds) {
      const lock = await locker.tryAcquire(name, LEASE_MS, most);
      if (lock === undefined) throw refusal();
      places.push({ lock: taken.use(lock), refusal });
    }
    return new StreamPlaces(places, taken.move());
  }

  /** To be called several times a minute. @throws {DomainError} the refusal of a bound whose place is lost */
  async keep(): Promise<void> {
    for (const { lock, refusal } of this.#places) if (!(await lock.renew(LEASE_MS))) throw refusal();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#held.disposeAsync();
  }
}
