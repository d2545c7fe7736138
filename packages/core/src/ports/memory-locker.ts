import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import type { Lock, Locker } from "./locker.ts";
import { ElapsedTime } from "./memory-elapsed-time.ts";

/** Locks among the callers of one process. */
export class MemoryLocker implements Locker {
  readonly #time: ElapsedTime;
  readonly #held = new Map<string, MemoryLock>();
  #tidyAtCount = 1024;

  constructor(clock: Clock = systemClock) {
    this.#time = new ElapsedTime(clock);
  }

  async tryAcquire(name: string, leaseMs: number): Promise<Lock | undefined> {
    if (!(leaseMs > 0)) throw new RangeError("A lease lasts longer than nothing.");
    const nowMs = this.#time.nowMs();
    const holder = this.#held.get(name);
    if (holder !== undefined && holder.endsAtMs > nowMs) return undefined;
    if (this.#held.size >= this.#tidyAtCount) this.#forgetEnded(nowMs);
    const lock = new MemoryLock(nowMs + leaseMs, () => {
      // A lock whose lease ended may belong to somebody else by now.
      if (this.#held.get(name) === lock) this.#held.delete(name);
    });
    this.#held.set(name, lock);
    return lock;
  }

  #forgetEnded(nowMs: number): void {
    for (const [name, lock] of this.#held) if (lock.endsAtMs <= nowMs) this.#held.delete(name);
    this.#tidyAtCount = Math.max(1024, this.#held.size * 2);
  }
}

class MemoryLock implements Lock {
  readonly endsAtMs: number;
  readonly #onRelease: () => void;

  constructor(endsAtMs: number, onRelease: () => void) {
    this.endsAtMs = endsAtMs;
    this.#onRelease = onRelease;
  }

  async release(): Promise<void> {
    this.#onRelease();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
