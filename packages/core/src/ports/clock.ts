/** The source of the current time; tests move it forward. */
export interface Clock {
  now(): Date;
  /**
   * Milliseconds that have really passed, independent of clock changes. Left out if the clock itself is the measure.
   */
  elapsedMs?(): number;
}

export const systemClock: Clock = { now: () => new Date(), elapsedMs: () => performance.now() };

/** A clock that only moves when told to. */
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
