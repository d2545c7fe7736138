import type { CountedSubject } from "../policy/counted-subject.ts";
import { boundedWait } from "./bounded-wait.ts";

/** Limits on places and on waiting callers: in total, for one account or address, and for one network. */
export interface PlaceLimits {
  total: number;
  perSubject: number;
  perNetwork: number;
  waitingTotal: number;
  waitingPerSubject: number;
  waitingPerNetwork: number;
  /** A caller that has waited this long is refused. */
  waitMs: number;
}

export interface Place<Use> {
  readonly subject: CountedSubject;
  readonly use: Use;
  readonly sinceMs: number;
  /** It has been asked to end, and no longer counts for its subject. */
  isLeaving: boolean;
}

interface Waiting<Use> {
  readonly subject: CountedSubject;
  readonly use: Use;
  begin(place: Place<Use>): void;
  refuse(reason: unknown): void;
}

/**
 * Grants a limited number of places; other callers wait. A free place goes to the caller that has fewest. A newcomer that
 * finds the queue full displaces the last waiter of the caller with most, so that a few callers cannot keep everybody else
 * out.
 */
export class Places<Use> {
  readonly #limits: PlaceLimits;
  readonly #refusal: () => Error;
  /** Oldest first. */
  readonly #places = new Set<Place<Use>>();
  /** Oldest first. */
  #waiting: Waiting<Use>[] = [];

  /** @param refusal for a caller that finds no room to wait, loses it, or has waited too long */
  constructor(limits: PlaceLimits, refusal: () => Error) {
    this.#limits = limits;
    this.#refusal = refusal;
  }

  /** Oldest first. */
  get places(): readonly Place<Use>[] {
    return [...this.#places];
  }

  /** Who waits, oldest first. */
  get waiting(): readonly CountedSubject[] {
    return this.#waiting.map(({ subject }) => subject);
  }

  get isFull(): boolean {
    return this.#places.size >= this.#limits.total;
  }

  /**
   * Dispose of the place when you have finished with it. A waiting caller leaves when `signal` aborts.
   * @throws the refusal, or the reason of `signal`
   */
  async take(subject: CountedSubject, use: Use, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    const hasRoom = !this.isFull && this.isBelowShare(subject);
    const place = hasRoom ? this.#give(subject, use) : await this.#wait(subject, use, signal);
    return {
      [Symbol.dispose]: () => {
        if (this.#places.delete(place)) this.#giveNext();
      },
    };
  }

  /** It has fewer places than one subject may have, and its network fewer than one network may have. */
  isBelowShare(subject: CountedSubject): boolean {
    const { perSubject, perNetwork } = this.#limits;
    const { ofSubject, ofNetwork } = this.takenBy(subject);
    return ofSubject < perSubject && ofNetwork < perNetwork;
  }

  takenBy(subject: CountedSubject): Counts {
    return countsOf(
      [...this.#places].filter(({ isLeaving }) => !isLeaving),
      subject,
    );
  }

  #give(subject: CountedSubject, use: Use): Place<Use> {
    const place = { subject, use, sinceMs: performance.now(), isLeaving: false };
    this.#places.add(place);
    return place;
  }

  async #wait(subject: CountedSubject, use: Use, signal: AbortSignal | undefined): Promise<Place<Use>> {
    this.#makeRoomInQueue(subject);
    const { promise, resolve, reject } = Promise.withResolvers<Place<Use>>();
    const waiting = { subject, use, begin: resolve, refuse: reject };
    const leave = (reason: unknown) => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      reject(reason);
    };
    this.#waiting.push(waiting);
    return boundedWait(promise, { signal, waitMs: this.#limits.waitMs, late: this.#refusal, leave });
  }

  #makeRoomInQueue(subject: CountedSubject): void {
    const { waitingTotal, waitingPerSubject, waitingPerNetwork } = this.#limits;
    const own = countsOf(this.#waiting, subject);
    if (own.ofSubject >= waitingPerSubject) throw this.#refusal();
    const isOwnFull = own.ofNetwork >= waitingPerNetwork;
    if (!isOwnFull && this.#waiting.length < waitingTotal) return;
    const displaced = (isOwnFull ? undefined : this.#lastOfNetwork(own.ofNetwork)) ?? this.#lastWithin(subject, own);
    if (displaced === undefined) throw this.#refusal();
    this.#waiting = this.#waiting.filter((each) => each !== displaced);
    displaced.refuse(this.#refusal());
  }

  /**
   * The last waiter of the largest network, if that has more than one more than `own`, and there of the largest
   * subject.
   */
  #lastOfNetwork(own: number): Waiting<Use> | undefined {
    return lastOfMost(this.#waiting, own, ({ ofNetwork, ofSubject }) => [ofNetwork, ofSubject]);
  }

  /** The last waiter of the largest subject within a network, if that has more than one more than `own`. */
  #lastWithin({ network }: CountedSubject, own: Counts): Waiting<Use> | undefined {
    const inNetwork = this.#waiting.filter(({ subject }) => subject.network === network);
    return lastOfMost(inNetwork, own.ofSubject, ({ ofSubject }) => [ofSubject]);
  }

  #giveNext(): void {
    if (this.isFull) return;
    const welcome = this.#waiting.filter(({ subject }) => this.isBelowShare(subject));
    const [next] = welcome.toSorted((one, other) => this.#compareTaken(one.subject, other.subject));
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    next.begin(this.#give(next.subject, next.use));
  }

  #compareTaken(one: CountedSubject, other: CountedSubject): number {
    const [ofOne, ofOther] = [this.takenBy(one), this.takenBy(other)];
    return ofOne.ofNetwork - ofOther.ofNetwork || ofOne.ofSubject - ofOther.ofSubject;
  }
}

export interface Counts {
  ofSubject: number;
  ofNetwork: number;
}

function countsOf(all: readonly { subject: CountedSubject }[], { id, network }: CountedSubject): Counts {
  const ofNetwork = all.filter(({ subject }) => subject.network === network);
  return { ofNetwork: ofNetwork.length, ofSubject: ofNetwork.filter(({ subject }) => subject.id === id).length };
}

/**
 * The last waiter of those with the greatest counts, compared in order, if the first differing count is more than one
 * above `own`.
 */
function lastOfMost<Each extends { subject: CountedSubject }>(
  all: readonly Each[],
  own: number,
  weigh: (counts: Counts) => [number, number?],
): Each | undefined {
  const weighed = all.map((each) => ({ each, weight: weigh(countsOf(all, each.subject)) })).toReversed();
  const [heaviest] = weighed.toSorted(
    ({ weight: [one, oneMore = 0] }, { weight: [other, otherMore = 0] }) => other - one || otherMore - oneMore,
  );
  return heaviest !== undefined && heaviest.weight[0] > own + 1 ? heaviest.each : undefined;
}
