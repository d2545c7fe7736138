/** Source of "now"; tests turn it forward. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

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
