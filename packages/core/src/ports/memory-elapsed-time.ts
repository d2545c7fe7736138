import type { Clock } from "./clock.ts";

/**
 * Milliseconds that passed on a clock, set forth or back as it may be. Where the clock itself cannot tell, none pass while
 * it is set back; time never runs backwards.
 */
export class ElapsedTime {
  readonly #clock: Clock;
  #lastMs: number;
  #elapsedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = this.#readMs();
  }

  #readMs(): number {
    return this.#clock.elapsedMs?.() ?? this.#clock.now().getTime();
  }

  nowMs(): number {
    const nowMs = this.#readMs();
    this.#elapsedMs += Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    return this.#elapsedMs;
  }
}
