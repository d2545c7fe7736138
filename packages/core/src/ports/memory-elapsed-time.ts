import type { Clock } from "./clock.ts";

/**
 * Measures elapsed time on a clock that may be changed. If the clock has no elapsed time of its own, setting it back
 * counts as no time passing; time never runs backwards.
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
