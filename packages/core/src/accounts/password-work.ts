import { DomainError } from "../errors.ts";
import { boundedWait, LONGEST_WAIT_MS } from "../places/bounded-wait.ts";
import { isAccountActor, type Principal } from "../policy/actor.ts";
import { countedAddress, countedNetwork } from "../policy/counted-address.ts";

/** Made for who chooses a password, checked for who offers one. */
type Kind = "make" | "check";

/** Argon2 runs on the threads that also serve files: more than two at once would hold up uploads. */
const MAX_AT_WORK = 2;
/** The other place is for checks alone, so that nobody waits to be let in while others choose passwords. */
const MAX_MAKING = 1;
/** Of each kind, strangers and others each: for one account or address, for one IPv6 /48, and for all. */
const MOST_WAITING = { perCaller: 100, perNetwork: 200, inAll: 1000 };
/** A place goes to whoever had fewest of so many that began last. */
const REMEMBERED_TURNS = 100;

interface Work {
  kind: Kind;
  isStrangers: boolean;
  names: readonly string[];
}

interface Waiting extends Work {
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
 * waits, and turns go round among accounts, addresses and networks however many each of them asks for. Strangers, and those
 * who are known by a key or session, have room of their own to wait in, and every other turn.
 */
export class PasswordWork {
  readonly #atWork = { make: 0, check: 0 };
  /** Oldest first. */
  #waiting: Waiting[] = [];
  /** The names of those that began last. */
  readonly #recent: (readonly string[])[] = [];
  #wasStrangers = false;
  readonly #waitMs: number;

  constructor({ waitMs = LONGEST_WAIT_MS }: { waitMs?: number } = {}) {
    this.#waitMs = waitMs;
  }

  /**
   * @param signal aborts when the caller is gone: work that has not begun is left out
   * @throws {DomainError} `too-busy`
   * @throws the reason of `signal`, and whatever `work` throws
   */
  async run<T>(kind: Kind, by: Principal, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const isStrangers = by !== "operator" && !isAccountActor(by);
    const counted = countedFor(by);
    const asked = { kind, isStrangers, names: counted.map(({ name }) => name) };
    if (this.#hasPlaceFor(kind)) this.#begin(asked);
    else await this.#wait(asked, counted, signal);
    try {
      return await work();
    } finally {
      this.#atWork[kind] -= 1;
      this.#callNext();
    }
  }

  async #wait(asked: Work, counted: readonly Counted[], signal: AbortSignal | undefined): Promise<void> {
    this.#requireRoom(asked, counted);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { ...asked, begin: resolve, refuse: reject };
    const leave = (reason: unknown) => {
      this.#drop(waiting);
      reject(reason);
    };
    this.#waiting.push(waiting);
    return boundedWait(promise, { signal, waitMs: this.#waitMs, late: tooBusy, leave });
  }

  /** Where all the room is taken, the newest of whoever has most makes room for one who has less. */
  #requireRoom({ kind, isStrangers, names }: Work, counted: readonly Counted[]): void {
    const lane = this.#waiting.filter((each) => each.kind === kind && each.isStrangers === isStrangers);
    const counts = countNames(lane.map((each) => each.names));
    if (counted.some(({ name, mostWaiting }) => (counts.get(name) ?? 0) >= mostWaiting)) throw tooBusy();
    if (lane.length < MOST_WAITING.inAll) return;
    const own = mostOf(counts, names);
    const most = Math.max(...counts.values());
    if (most <= own + 1) throw tooBusy();
    const newest = lane.findLast((each) => mostOf(counts, each.names) === most);
    if (newest === undefined) throw tooBusy();
    this.#drop(newest);
    newest.refuse(tooBusy());
  }

  #callNext(): void {
    const turns = countNames(this.#recent);
    const all = this.#waiting.filter(({ kind }) => this.#hasPlaceFor(kind));
    const others = all.filter(({ isStrangers }) => isStrangers !== this.#wasStrangers);
    const welcome = others.length > 0 ? others : all;
    const fewest = Math.min(...welcome.map(({ names }) => mostOf(turns, names)));
    const next = welcome.find(({ names }) => mostOf(turns, names) === fewest);
    if (next === undefined) return;
    this.#drop(next);
    this.#begin(next);
    next.begin();
  }

  #begin({ kind, isStrangers, names }: Work): void {
    this.#atWork[kind] += 1;
    this.#wasStrangers = isStrangers;
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
  new DomainError(
    "too-busy",
    "Too many passwords are waiting to be checked; nothing was changed. Try again in a moment.",
  );
