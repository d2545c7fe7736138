import { setImmediate } from "node:timers/promises";
import type { Clock } from "./clock.ts";

interface Sleeper {
  atMs: number;
  wake: () => void;
}

/** A clock that jumps to the next awaited moment once nothing else is left to do. */
export class JumpingClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 31, 12);
  readonly #sleepers = new Set<Sleeper>();
  #isPumping = false;

  now(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper = { atMs: this.#nowMs + ms, wake: () => resolve() };
      this.#sleepers.add(sleeper);
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener("abort", stop, { once: true });
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#sleepers.size > 0) {
      for (let idle = 0; idle < 5; idle += 1) await setImmediate();
      const next = [...this.#sleepers].toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#sleepers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    this.#isPumping = false;
  }
}
