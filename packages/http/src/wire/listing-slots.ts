import { type CountedSubject, LONGEST_WAIT_MS, type Place, type PlaceLimits, Places } from "@consigne/core";
import { RequestError } from "./error-answer.ts";

export interface SlotLimits extends PlaceLimits {
  /** For this long, a listing keeps its slot whatever others have. */
  undisturbedMs: number;
  /** How often to check whether a listing has to make room. */
  lookMs: number;
}

/** For callers known by account; guests have their own slots. */
export const slotLimits: SlotLimits = {
  total: 32,
  perSubject: 4,
  perNetwork: 4,
  waitingTotal: 64,
  waitingPerSubject: 16,
  waitingPerNetwork: 16,
  waitMs: LONGEST_WAIT_MS,
  undisturbedMs: 5000,
  lookMs: 500,
};

export const guestSlotLimits: SlotLimits = { ...slotLimits, perNetwork: 8, waitingPerNetwork: 32 };

/** A running listing that may have to make room. */
export interface RunningListing {
  /** True if it is waiting for a slow reader. */
  isBehind(): boolean;
  /** Ends it; its slot is released soon after. */
  cut(): void;
}

/**
 * Long listings take time and memory: a limited number run at once, the others wait for their turn. Nobody makes the
 * others wait for long: a listing with a slow reader is cut, and so is one of several of the same caller or network if
 * somebody has none.
 */
export class ListingSlots {
  readonly #limits: SlotLimits;
  readonly #places: Places<RunningListing>;
  #looking: NodeJS.Timeout | undefined;

  constructor(limits: SlotLimits = slotLimits) {
    this.#limits = limits;
    this.#places = new Places(limits, tooMany);
  }

  /**
   * Dispose of it when the listing has ended.
   * @param gone aborts when nobody waits for the listing any more
   * @throws {RequestError} `serverBusy` after a wait, or if too many wait
   * @throws the reason of `gone`
   */
  async take(subject: CountedSubject, listing: RunningListing, gone?: AbortSignal): Promise<Disposable> {
    const taking = this.#places.take(subject, listing, gone);
    this.#look();
    return taking;
  }

  #look(): void {
    clearTimeout(this.#looking);
    if (this.#places.waiting.length === 0) return;
    this.#makeRoom();
    this.#looking = setTimeout(() => this.#look(), this.#limits.lookMs).unref();
  }

  /** Cuts no more listings than there are callers waiting for exactly that. */
  #makeRoom(): void {
    if (!this.#places.isFull) return;
    const waiting = this.#places.waiting.filter((subject) => this.#places.isBelowShare(subject));
    const leaving = this.#places.places.filter(({ isLeaving }) => isLeaving).length;
    for (const subject of waiting.slice(leaving)) {
      const place = this.#behind() ?? this.#oneOfMany(subject);
      if (place === undefined) return;
      place.isLeaving = true;
      place.use.cut();
    }
  }

  #behind(): Place<RunningListing> | undefined {
    return this.#places.places.find(({ isLeaving, use }) => !isLeaving && use.isBehind());
  }

  /**
   * The oldest listing of whoever has most, if that is more than one more than a waiting caller has: compares networks,
   * then callers within one.
   */
  #oneOfMany(waiting: CountedSubject): Place<RunningListing> | undefined {
    const newestMs = performance.now() - this.#limits.undisturbedMs;
    const places = this.#places.places
      .filter(({ isLeaving, sinceMs }) => !isLeaving && sinceMs <= newestMs)
      .map((place) => ({ place, counts: this.#places.takenBy(place.subject) }));
    const own = this.#places.takenBy(waiting);
    const [ofNetwork] = places.toSorted(
      ({ counts: one }, { counts: other }) => other.ofNetwork - one.ofNetwork || other.ofSubject - one.ofSubject,
    );
    if (ofNetwork !== undefined && ofNetwork.counts.ofNetwork > own.ofNetwork + 1) return ofNetwork.place;
    const [ofSubject] = places
      .filter(({ place }) => place.subject.network === waiting.network)
      .toSorted(({ counts: one }, { counts: other }) => other.ofSubject - one.ofSubject);
    return ofSubject !== undefined && ofSubject.counts.ofSubject > own.ofSubject + 1 ? ofSubject.place : undefined;
  }
}

const tooMany = () => new RequestError("serverBusy", "Too many long listings are running; try again in a moment.");
