/** Source of "now"; tests turn it forward. */
export interface Clock {
  now(): Date;
  /** Milliseconds that have passed, however the clock was set meanwhile. Left out where all that passes is what it shows. */
  elapsedMs?(): number;
}

export const systemClock: Clock = { now: () => new Date(), elapsedMs: () => performance.now() };

/** A clock that stands still until it is told otherwise. */
export class VirtualClock implements Clock {
  #nowMs: number;

  constructor(start: Date = new Date("2026-01-31T09:20:30Z")) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
  }

  set(to: Date): void {
    this.#nowMs = to.getTime();
  }
}
