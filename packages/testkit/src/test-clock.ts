import { type Clock, systemClock } from "@consigne/core";

/** The clock of a test server: locks, limits, download links, reports and dates all use it. */
export interface TestClock extends Clock {
  /** Moves time forward, or back if it is negative. */
  advance(byMs: number): void;
  set(to: Date): void;
}

/** Runs on with the clock below it, from wherever it was set to. */
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

/**
 * The clock itself if it can be moved, as a `VirtualClock` can; otherwise one that runs on with it and can be moved.
 */
export function turnable(clock: Clock = systemClock): TestClock {
  const canTurn = "advance" in clock && "set" in clock;
  return canTurn ? (clock as TestClock) : new ShiftedClock(clock);
}
