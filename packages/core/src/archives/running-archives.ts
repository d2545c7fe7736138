import { DomainError } from "../errors.ts";
import { mostOfNetwork } from "../policy/counted-address.ts";

/** Each keeps tens of megabytes in memory. */
const MOST_AT_ONCE = 16;
const MOST_OF_ONE = 4;

/** Limits the archives that this process creates at once: per holder, per network of guests, and in total. */
export class RunningArchives {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** @throws {DomainError} `too-many-downloads`, `too-busy` */
  take(holder: string, network?: string): Disposable {
    if (this.#countOf(holder) >= MOST_OF_ONE)
      throw new DomainError(
        "too-many-downloads",
        `You may download ${MOST_OF_ONE} folders at a time; wait for one to end.`,
      );
    if (network !== undefined && this.#countOf(network) >= mostOfNetwork(MOST_OF_ONE, MOST_AT_ONCE))
      throw new DomainError("too-many-downloads", "Your network is downloading too many folders; wait for one to end.");
    if (this.#total >= MOST_AT_ONCE)
      throw new DomainError("too-busy", "Many folders are being downloaded right now; try again later.");
    const counted = network === undefined ? [holder] : [holder, network];
    this.#add(counted, 1);
    return { [Symbol.dispose]: () => this.#add(counted, -1) };
  }

  #countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  #add(names: readonly string[], change: 1 | -1): void {
    this.#total += change;
    for (const name of names) {
      const count = this.#countOf(name) + change;
      if (count === 0) this.#counts.delete(name);
      else this.#counts.set(name, count);
    }
  }
}
