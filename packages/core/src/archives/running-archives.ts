import { DomainError } from "../errors.ts";

/** Each keeps tens of megabytes of what went by. */
const MOST_AT_ONCE = 16;
const MOST_OF_ONE = 4;

/** Bounds the archives that this process makes at a time, of one holder and in all. */
export class RunningArchives {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** @throws {DomainError} `too-many-downloads`, `too-busy` */
  take(holder: string): Disposable {
    const count = this.#counts.get(holder) ?? 0;
    if (count >= MOST_OF_ONE)
      throw new DomainError(
        "too-many-downloads",
        `You may download ${MOST_OF_ONE} folders at a time; wait for one to end.`,
      );
    if (this.#total >= MOST_AT_ONCE)
      throw new DomainError("too-busy", "Many folders are being downloaded right now; try again later.");
    this.#counts.set(holder, count + 1);
    this.#total += 1;
    return { [Symbol.dispose]: () => this.#end(holder) };
  }

  #end(holder: string): void {
    const left = (this.#counts.get(holder) ?? 1) - 1;
    if (left === 0) this.#counts.delete(holder);
    else this.#counts.set(holder, left);
    this.#total -= 1;
  }
}
