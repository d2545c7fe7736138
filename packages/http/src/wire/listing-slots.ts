import { RequestError } from "./error-answer.ts";

export interface SlotLimits {
  /** Long listings under way at once: in all, and for one account or address. */
  total: number;
  perSubject: number;
  /** Who waits for a place, likewise. */
  waitingTotal: number;
  waitingPerSubject: number;
  waitMs: number;
}

export const slotLimits: SlotLimits = {
  total: 32,
  perSubject: 4,
  waitingTotal: 64,
  waitingPerSubject: 16,
  waitMs: 30_000,
};

interface Waiting {
  subject: string;
  begin(): void;
}

/** Long listings take time and memory: so many at once, the others wait for their turn, first come first served. */
export class ListingSlots {
  readonly #limits: SlotLimits;
  readonly #taken = new Map<string, number>();
  #takenTotal = 0;
  #waiting: Waiting[] = [];

  constructor(limits: SlotLimits = slotLimits) {
    this.#limits = limits;
  }

  /** Dispose of it when the listing has ended. @throws {RequestError} `serverBusy` after a wait, or where too many wait */
  async take(subject: string): Promise<Disposable> {
    if (this.#hasRoomFor(subject)) this.#begin(subject);
    else await this.#wait(subject);
    let isTaken = true;
    return {
      [Symbol.dispose]: () => {
        if (isTaken) this.#end(subject);
        isTaken = false;
      },
    };
  }

  async #wait(subject: string): Promise<void> {
    const { waitingTotal, waitingPerSubject, waitMs } = this.#limits;
    const ofSubject = this.#waiting.filter((each) => each.subject === subject);
    if (this.#waiting.length >= waitingTotal || ofSubject.length >= waitingPerSubject) throw tooMany();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(tooMany());
      }, waitMs);
      const waiting: Waiting = {
        subject,
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.push(waiting);
    });
  }

  #hasRoomFor(subject: string): boolean {
    const { total, perSubject } = this.#limits;
    return this.#takenTotal < total && (this.#taken.get(subject) ?? 0) < perSubject;
  }

  #begin(subject: string): void {
    this.#takenTotal++;
    this.#taken.set(subject, (this.#taken.get(subject) ?? 0) + 1);
  }

  #end(subject: string): void {
    this.#takenTotal--;
    const left = (this.#taken.get(subject) ?? 1) - 1;
    if (left === 0) this.#taken.delete(subject);
    else this.#taken.set(subject, left);
    const next = this.#waiting.find((each) => this.#hasRoomFor(each.subject));
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#begin(next.subject);
    next.begin();
  }
}

const tooMany = () => new RequestError("serverBusy", "Too many long listings are under way; try again in a moment.");
