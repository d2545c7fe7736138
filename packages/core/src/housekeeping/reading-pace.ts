import { setTimeout as sleep } from "node:timers/promises";

/** Shorter waits are not worth their overhead. */
const SHORTEST_WAIT_MS = 10;

/** Spreads reads over time, so that they use a fixed share of the disk and no more. */
export class ReadingPace {
  readonly #bytesPerSecond: number;
  #nextAtMs = performance.now();

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Resolves when these bytes may be read. @throws once `signal` is aborted */
  async take(countBytes: number, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    // Time in which nothing was read is not made up for.
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs) + (countBytes / this.#bytesPerSecond) * 1000;
    const waitMs = this.#nextAtMs - nowMs;
    if (waitMs >= SHORTEST_WAIT_MS) await sleep(waitMs, undefined, { signal });
    signal.throwIfAborted();
  }
}
