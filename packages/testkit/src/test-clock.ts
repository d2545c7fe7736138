import { type Clock, systemClock } from "@consigne/core";

/** The clock of a test server: locks, limits, download links, reports and dates all go by it. */
export interface TestClock extends Clock {
  /** Turns time forward, or back where it is negative. */
  advance(byMs: number): void;
  set(to: Date): void;
}

/** Goes on with the clock below it, from wherever it was set to. */
class ShiftedClock implements TestClock {
  readonly #base: Clock;
  #shiftMs = 0;

  constructor(base: Clock) {
    this.#base = base;
  }

  now(): Date {
    return new Date(this.#base.now().getTime() + this.#shiftMs);
  }

  advance(byMs: number): void {
    this.#shiftMs += byMs;
  }

  set(to: Date): void {
    this.#shiftMs = to.getTime() - this.#base.now().getTime();
  }
}

/** The clock itself when it can be turned, as a `VirtualClock` can; else one that goes on with it and can. */
export function turnable(clock: Clock = systemClock): TestClock {
  const canTurn = "advance" in clock && "set" in clock;
  return canTurn ? (clock as TestClock) : new ShiftedClock(clock);
}
