import { DomainError } from "../errors.ts";
import { countedAddress } from "../policy/counted-address.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";

/** Calls about no more files than this need no place: what they hold is small. */
const FEW_FILES = 20;

/** Calls under way and calls that wait for a place: in all, and for one account or address. */
const placeLimits = { total: 8, perSubject: 2, waitingTotal: 64, waitingPerSubject: 16 };

interface Waiting {
  subject: string;
  begin(): void;
}

/**
 * Calls that change many files hold many rows, also while they wait for the database, and walks through folders take long:
 * so many at once, and others wait before they read anything. A place that becomes free goes to whoever has fewest.
 */
export class ManyFilesPlaces {
  readonly #taken = new Map<string, number>();
  /** Oldest first. */
  #waiting: Waiting[] = [];

  /**
   * Dispose of it when the call has ended. Whoever waits leaves when `signal` aborts.
   * @throws {DomainError} `too-busy` where too many wait
   * @throws the reason of `signal`
   */
  async take(actor: Actor, files: number, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (files <= FEW_FILES) return { [Symbol.dispose]: () => {} };
    const subject = isAccountActor(actor) ? actor.account.id : countedAddress(actor.address);
    if (this.#hasRoomFor(subject)) this.#count(subject, 1);
    else await this.#wait(subject, signal);
    return {
      [Symbol.dispose]: () => {
        this.#count(subject, -1);
        this.#giveNext();
      },
    };
  }

  async #wait(subject: string, signal: AbortSignal | undefined): Promise<void> {
    const own = this.#waiting.filter((each) => each.subject === subject).length;
    if (own >= placeLimits.waitingPerSubject || this.#waiting.length >= placeLimits.waitingTotal) throw tooBusy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { subject, begin: resolve };
    const leave = () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      reject(signal?.reason);
    };
    this.#waiting.push(waiting);
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  #giveNext(): void {
    const welcome = this.#waiting.filter(({ subject }) => this.#hasRoomFor(subject));
    const fewest = Math.min(...welcome.map(({ subject }) => this.#takenBy(subject)));
    const next = welcome.find(({ subject }) => this.#takenBy(subject) === fewest);
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#count(next.subject, 1);
    next.begin();
  }

  #hasRoomFor(subject: string): boolean {
    const all = [...this.#taken.values()].reduce((sum, count) => sum + count, 0);
    return all < placeLimits.total && this.#takenBy(subject) < placeLimits.perSubject;
  }

  #takenBy(subject: string): number {
    return this.#taken.get(subject) ?? 0;
  }

  #count(subject: string, change: 1 | -1): void {
    const count = this.#takenBy(subject) + change;
    if (count === 0) this.#taken.delete(subject);
    else this.#taken.set(subject, count);
  }
}

const tooBusy = () =>
  new DomainError(
    "too-busy",
    "Too many calls about many files are under way; nothing was changed by this one. Try again in a moment.",
  );
