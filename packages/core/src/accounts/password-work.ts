import { DomainError } from "../errors.ts";
import { boundedWait, LONGEST_WAIT_MS } from "../places/bounded-wait.ts";
import { isAccountActor, type Principal } from "../policy/actor.ts";
import { countedAddress, countedNetwork } from "../policy/counted-address.ts";

/** `make` hashes a new password, `check` compares an offered one. */
type Kind = "make" | "check";

/** Argon2 runs on the threads that also serve files: more than two at once would slow down uploads. */
const MAX_AT_WORK = 2;
/** The other slot is reserved for checks, so that sign-ins never wait for new passwords. */
const MAX_MAKING = 1;
/** Applies to each kind, and to strangers and others separately: per account or address, per IPv6 /48, and in total. */
const MOST_WAITING = { perCaller: 100, perNetwork: 200, inAll: 1000 };
/** A slot goes to whoever had the fewest of this many last turns. */
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

/** Whom a piece of work counts for, and how many of them may wait. */
interface Counted {
  name: string;
  mostWaiting: number;
}

/**
 * The one place where passwords are hashed and checked. The work is slow on purpose, so few run at once, a bounded
 * number waits, and turns are shared fairly among accounts, addresses and networks. Strangers have their own waiting
 * room, apart from callers known by a key or session, and each group gets every other turn.
 */
export class PasswordWork {
  readonly #atWork = { make: 0, check: 0 };
  /** Oldest first. */
  #waiting: Waiting[] = [];
  /** The names of those that started last. */
  readonly #recent: (readonly string[])[] = [];
  #wasStrangers = false;
  readonly #waitMs: number;

  constructor({ waitMs = LONGEST_WAIT_MS }: { waitMs?: number } = {}) {
    this.#waitMs = waitMs;
  }

  /**
   * @param signal aborts when the caller disconnects: work that has not begun is skipped
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

  /** When the room is full, the newest entry of whoever has most is dropped for somebody who has fewer. */
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

/** An account counts wherever it calls from, and an address whichever account it calls for. */
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
