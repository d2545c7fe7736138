import type { Clock } from "./clock.ts";

/** Milliseconds that passed on a clock. Where the clock is set back, no time passes; it never runs backwards. */
export class ElapsedTime {
  readonly #clock: Clock;
  #lastMs: number;
  #elapsedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.now().getTime();
  }

  nowMs(): number {
    const nowMs = this.#clock.now().getTime();
    this.#elapsedMs += Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    return this.#elapsedMs;
  }
}
