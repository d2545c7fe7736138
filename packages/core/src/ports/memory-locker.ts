import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import type { Lock, Locker } from "./locker.ts";
import { ElapsedTime } from "./memory-elapsed-time.ts";
import { KeyedMutex } from "./keyed-mutex.ts";

/** Locks among the callers of one process. */
export class MemoryLocker implements Locker {
  readonly #time: ElapsedTime;
  /** A name is only kept while somebody holds its lock. */
  readonly #held = new Map<string, Set<MemoryLock>>();
  readonly #mutex = new KeyedMutex();
  #tidyAtCount = 1024;

  constructor(clock: Clock = systemClock) {
    this.#time = new ElapsedTime(clock);
  }

  async tryAcquire(name: string, leaseMs: number, most = 1): Promise<Lock | undefined> {
    requireLease(leaseMs);
    const nowMs = this.#time.nowMs();
    if (this.#liveAt(name, nowMs).length >= most) return undefined;
    if (this.#held.size >= this.#tidyAtCount) this.#forgetEnded(nowMs);
    const lock: MemoryLock = new MemoryLock(nowMs + leaseMs, {
      release: () => this.#remove(name, lock),
      renew: async (renewedMs) => this.#renew(name, lock, renewedMs, most),
    });
    this.#add(name, lock);
    return lock;
  }

  async countHeld(name: string): Promise<number> {
    return this.#liveAt(name, this.#time.nowMs()).length;
  }

  inTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#mutex.take(name, work, signal);
  }

  #renew(name: string, lock: MemoryLock, leaseMs: number, most: number): boolean {
    requireLease(leaseMs);
    const nowMs = this.#time.nowMs();
    if (lock.isReleased) return false;
    if (lock.endsAtMs <= nowMs && this.#liveAt(name, nowMs).length >= most) return false;
    lock.endsAtMs = nowMs + leaseMs;
    this.#add(name, lock);
    return true;
  }

  #liveAt(name: string, nowMs: number): MemoryLock[] {
    return [...(this.#held.get(name) ?? [])].filter(({ endsAtMs }) => endsAtMs > nowMs);
  }

  #add(name: string, lock: MemoryLock): void {
    this.#held.set(name, (this.#held.get(name) ?? new Set()).add(lock));
  }

  #remove(name: string, lock: MemoryLock): void {
    const locks = this.#held.get(name);
    locks?.delete(lock);
    if (locks?.size === 0) this.#held.delete(name);
  }

  #forgetEnded(nowMs: number): void {
    for (const [name, locks] of this.#held) {
      for (const lock of locks) if (lock.endsAtMs <= nowMs) this.#remove(name, lock);
    }
    this.#tidyAtCount = Math.max(1024, this.#held.size * 2);
  }
}

class MemoryLock implements Lock {
  endsAtMs: number;
  isReleased = false;
  readonly #owner: { release(): void; renew(leaseMs: number): Promise<boolean> };

  constructor(endsAtMs: number, owner: { release(): void; renew(leaseMs: number): Promise<boolean> }) {
    this.endsAtMs = endsAtMs;
    this.#owner = owner;
  }

  renew(leaseMs: number): Promise<boolean> {
    return this.#owner.renew(leaseMs);
  }

  async release(): Promise<void> {
    this.isReleased = true;
    this.#owner.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

function requireLease(leaseMs: number): void {
  if (!(leaseMs > 0)) throw new RangeError("A lease lasts longer than nothing.");
}
