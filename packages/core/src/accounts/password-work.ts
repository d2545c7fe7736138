import { DomainError } from "../errors.ts";
import { isAccountActor, type Principal } from "../policy/actor.ts";
import { countedAddress, countedNetwork } from "../policy/counted-address.ts";

/** Made for who chooses a password, checked for who offers one. */
type Kind = "make" | "check";

/** Argon2 runs on the threads that also serve files: more than two at once would hold up uploads. */
const MAX_AT_WORK = 2;
/** The other place is for checks alone, so that nobody waits to be let in while others choose passwords. */
const MAX_MAKING = 1;
/** Of each kind: for one account or address, for one IPv6 /48, and for all. */
const MOST_WAITING = { perCaller: 100, perNetwork: 200, inAll: 1000 };
/** A place goes to whoever had fewest of so many that began last. */
const REMEMBERED_TURNS = 100;

interface Waiting {
  kind: Kind;
  names: readonly string[];
  begin(): void;
  refuse(reason: unknown): void;
}

/** Whose turns a piece of work counts as, and how many of them may wait. */
interface Counted {
  name: string;
  mostWaiting: number;
}

/**
 * The one place where passwords are made and checked. Its work is slow on purpose, so few are at work, a bounded number
 * waits, and turns go round among accounts, addresses and networks however many each of them asks for.
 */
export class PasswordWork {
  readonly #atWork = { make: 0, check: 0 };
  /** Oldest first. */
  #waiting: Waiting[] = [];
  /** The names of those that began last. */
  readonly #recent: (readonly string[])[] = [];

  /**
   * @param signal aborts when the caller is gone: work that has not begun is left out
   * @throws {DomainError} `too-busy`
   * @throws the reason of `signal`, and whatever `work` throws
   */
  async run<T>(kind: Kind, by: Principal, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const counted = countedFor(by);
    const names = counted.map(({ name }) => name);
    if (this.#hasPlaceFor(kind)) this.#begin(kind, names);
    else await this.#wait(kind, counted, signal);
    try {
      return await work();
    } finally {
      this.#atWork[kind] -= 1;
      this.#callNext();
    }
  }

  async #wait(kind: Kind, counted: readonly Counted[], signal: AbortSignal | undefined): Promise<void> {
    this.#requireRoom(kind, counted);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { kind, names: counted.map(({ name }) => name), begin: resolve, refuse: reject };
    const leave = () => {
      this.#drop(waiting);
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

  /** Where all the room is taken, the newest of whoever has most makes room for one who has less. */
  #requireRoom(kind: Kind, counted: readonly Counted[]): void {
    const lane = this.#waiting.filter((each) => each.kind === kind);
    const counts = countNames(lane.map(({ names }) => names));
    if (counted.some(({ name, mostWaiting }) => (counts.get(name) ?? 0) >= mostWaiting)) throw tooBusy();
    if (lane.length < MOST_WAITING.inAll) return;
    const own = mostOf(
      counts,
      counted.map(({ name }) => name),
    );
    const most = Math.max(...counts.values());
    if (most <= own + 1) throw tooBusy();
    const newest = lane.findLast(({ names }) => mostOf(counts, names) === most);
    if (newest === undefined) throw tooBusy();
    this.#drop(newest);
    newest.refuse(tooBusy());
  }

  #callNext(): void {
    const turns = countNames(this.#recent);
    const welcome = this.#waiting.filter(({ kind }) => this.#hasPlaceFor(kind));
    const fewest = Math.min(...welcome.map(({ names }) => mostOf(turns, names)));
    const next = welcome.find(({ names }) => mostOf(turns, names) === fewest);
    if (next === undefined) return;
    this.#drop(next);
    this.#begin(next.kind, next.names);
    next.begin();
  }

  #begin(kind: Kind, names: readonly string[]): void {
    this.#atWork[kind] += 1;
    this.#recent.push(names);
    if (this.#recent.length > REMEMBERED_TURNS) this.#recent.shift();
  }

  #hasPlaceFor(kind: Kind): boolean {
    if (kind === "make" && this.#atWork.make >= MAX_MAKING) return false;
    return this.#atWork.make + this.#atWork.check < MAX_AT_WORK;
  }

  #drop(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
  }
}

/** An account counts wherever it calls from, and an address whichever accounts call from it. */
function countedFor(by: Principal): Counted[] {
  if (by === "operator") return [];
  const network = countedNetwork(by.address);
  return [
    { name: countedAddress(by.address), mostWaiting: MOST_WAITING.perCaller },
    ...(network === undefined ? [] : [{ name: network, mostWaiting: MOST_WAITING.perNetwork }]),
    ...(isAccountActor(by) ? [{ name: by.account.id, mostWaiting: MOST_WAITING.perCaller }] : []),
  ];
}

function countNames(all: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of all.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const mostOf = (counts: ReadonlyMap<string, number>, names: readonly string[]): number =>
  Math.max(0, ...names.map((name) => counts.get(name) ?? 0));

const tooBusy = () =>
  new DomainError("too-busy", "Too many passwords are waiting; nothing was changed. Try again in a moment.");
