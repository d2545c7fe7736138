import type { DomainError } from "../errors.ts";
import type { Lock, Locker } from "../ports/locker.ts";

/** How long a slot is kept for a silent stream, whose process may have ended. */
const LEASE_MS = 60_000;

/** A limit that a running stream counts against. */
export interface StreamBound {
  name: string;
  /** Streams at once. */
  most: number;
  /**
   * The error when there is no slot, or the slot is lost. Created on demand, because an error with its stack is
   * expensive.
   */
  refusal(): DomainError;
}

/** The slots of one running stream, one for each limit. Disposing releases them. */
export class StreamPlaces implements AsyncDisposable {
  readonly #places: readonly { lock: Lock; refusal(): DomainError }[];
  readonly #held: AsyncDisposableStack;

  private constructor(places: readonly { lock: Lock; refusal(): DomainError }[], held: AsyncDisposableStack) {
    this.#places = places;
    this.#held = held;
  }

  /** @throws {DomainError} the refusal of the first limit without a free slot; the other slots are then released */
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

  /** Call several times a minute. @throws {DomainError} the refusal of a limit whose slot is lost */
  async keep(): Promise<void> {
    for (const { lock, refusal } of this.#places) if (!(await lock.renew(LEASE_MS))) throw refusal();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#held.disposeAsync();
  }
}
