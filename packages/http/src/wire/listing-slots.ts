import { RequestError } from "./error-answer.ts";

export interface SlotLimits {
  /** Long listings under way at once: in all, and for one account or address. */
  total: number;
  perSubject: number;
  /** Who waits for a place, likewise. */
  waitingTotal: number;
  waitingPerSubject: number;
  waitMs: number;
  /** So long a listing keeps its place whatever others have. */
  undisturbedMs: number;
  /** How often it is seen whether somebody has to make room. */
  lookMs: number;
}

export const slotLimits: SlotLimits = {
  total: 32,
  perSubject: 4,
  waitingTotal: 64,
  waitingPerSubject: 16,
  waitMs: 30_000,
  undisturbedMs: 5000,
  lookMs: 500,
};

/** A listing under way, as far as it may have to make room. */
export interface RunningListing {
  /** True when its reader keeps it waiting. */
  isBehind(): boolean;
  /** Ends it; its place is disposed of soon after. */
  cut(): void;
}

interface Place {
  subject: string;
  listing: RunningListing;
  sinceMs: number;
  isCut: boolean;
}

interface Waiting {
  subject: string;
  begin(): void;
  refuse(): void;
}

/**
 * Long listings take time and memory: so many at once, the others wait for their turn. A place that becomes free goes to
 * whoever has fewest, and nobody keeps the others waiting for long: a listing whose reader is behind makes room, and so
 * does one of several of one caller where somebody has none.
 */
export class ListingSlots {
  readonly #limits: SlotLimits;
  /** Oldest first. */
  readonly #places = new Set<Place>();
  #waiting: Waiting[] = [];
  #looking: NodeJS.Timeout | undefined;

  constructor(limits: SlotLimits = slotLimits) {
    this.#limits = limits;
  }

  /** Dispose of it when the listing has ended. @throws {RequestError} `serverBusy` after a wait, or where too many wait */
  async take(subject: string, listing: RunningListing): Promise<Disposable> {
    const hasRoom = this.#hasRoomFor(subject);
    const place = hasRoom ? this.#give(subject, listing) : await this.#wait(subject, listing);
    return {
      [Symbol.dispose]: () => {
        if (this.#places.delete(place)) this.#giveNext();
      },
    };
  }

  #give(subject: string, listing: RunningListing): Place {
    const place = { subject, listing, sinceMs: performance.now(), isCut: false };
    this.#places.add(place);
    return place;
  }

  async #wait(subject: string, listing: RunningListing): Promise<Place> {
    const { waitingPerSubject, waitMs } = this.#limits;
    if (this.#waitingOf(subject) >= waitingPerSubject) throw tooMany();
    this.#makeRoomInQueue(subject);
    return new Promise<Place>((resolve, reject) => {
      const settle = (outcome: () => void) => () => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        outcome();
      };
      const waiting: Waiting = {
        subject,
        begin: settle(() => resolve(this.#give(subject, listing))),
        refuse: settle(() => reject(tooMany())),
      };
      const timer = setTimeout(waiting.refuse, waitMs);
      this.#waiting.push(waiting);
      this.#look();
    });
  }

  /** Few callers must not fill the queue either. */
  #makeRoomInQueue(subject: string): void {
    if (this.#waiting.length < this.#limits.waitingTotal) return;
    const last = this.#waiting.toReversed();
    const most = Math.max(...last.map((each) => this.#waitingOf(each.subject)));
    if (most <= this.#waitingOf(subject) + 1) throw tooMany();
    last.find((each) => this.#waitingOf(each.subject) === most)?.refuse();
  }

  #look(): void {
    clearTimeout(this.#looking);
    if (this.#waiting.length === 0) return;
    this.#makeRoom();
    this.#looking = setTimeout(() => this.#look(), this.#limits.lookMs).unref();
  }

  /** No more make room than there are callers who wait for nothing but that. */
  #makeRoom(): void {
    const { total, perSubject } = this.#limits;
    if (this.#places.size < total) return;
    const waiting = this.#waiting.filter(({ subject }) => this.#takenBy(subject) < perSubject);
    const leaving = [...this.#places].filter(({ isCut }) => isCut).length;
    for (const { subject } of waiting.slice(leaving)) {
      const place = this.#behind() ?? this.#oneOfMany(this.#takenBy(subject));
      if (place === undefined) return;
      place.isCut = true;
      place.listing.cut();
    }
  }

  #behind(): Place | undefined {
    return [...this.#places].find(({ isCut, listing }) => !isCut && listing.isBehind());
  }

  /** The oldest listing of whoever has most, and more than one more than somebody who has `few`. */
  #oneOfMany(few: number): Place | undefined {
    const newestMs = performance.now() - this.#limits.undisturbedMs;
    const places = [...this.#places].filter(({ isCut, sinceMs }) => !isCut && sinceMs <= newestMs);
    const most = Math.max(...places.map(({ subject }) => this.#takenBy(subject)));
    return most > few + 1 ? places.find(({ subject }) => this.#takenBy(subject) === most) : undefined;
  }

  #giveNext(): void {
    const welcome = this.#waiting.filter(({ subject }) => this.#hasRoomFor(subject));
    const fewest = Math.min(...welcome.map(({ subject }) => this.#takenBy(subject)));
    welcome.find(({ subject }) => this.#takenBy(subject) === fewest)?.begin();
  }

  #hasRoomFor(subject: string): boolean {
    const { total, perSubject } = this.#limits;
    return this.#places.size < total && this.#takenBy(subject) < perSubject;
  }

  #takenBy(subject: string): number {
    return [...this.#places].filter((each) => each.subject === subject && !each.isCut).length;
  }

  #waitingOf(subject: string): number {
    return this.#waiting.filter((each) => each.subject === subject).length;
  }
}

const tooMany = () => new RequestError("serverBusy", "Too many long listings are running; try again in a moment.");
