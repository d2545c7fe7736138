import { DomainError } from "../errors.ts";
import type { Lock } from "../ports/locker.ts";

const RENEW_MS = 20_000;

/** A lock for one writer, held as long as its lease is renewed. */
export class LeasedLock {
  static readonly leaseMs = 60_000;
  readonly #lock: Lock;
  readonly #renewing: NodeJS.Timeout;
  #isLost = false;
  /**
   * By a clock that cannot be changed: after the machine slept, the first write must not come before the next renewal.
   */
  #heldUntilMs = performance.now() + LeasedLock.leaseMs;

  constructor(lock: Lock) {
    this.#lock = lock;
    this.#renewing = setInterval(() => void this.#renew(), RENEW_MS);
    this.#renewing.unref();
  }

  /** False once another writer may hold the lock. */
  get isHeld(): boolean {
    return !this.#isLost && performance.now() < this.#heldUntilMs;
  }

  /** @throws {DomainError} `upload-in-progress` unless it is held */
  require(): void {
    if (this.isHeld) return;
    throw new DomainError(
      "upload-in-progress",
      "Another request has taken over. Ask what has arrived, then continue from there.",
    );
  }

  async release(): Promise<void> {
    clearInterval(this.#renewing);
    await this.#lock.release().catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const asked = performance.now();
    // If the lock store fails for a moment, the lock is still held until the lease expires.
    const renewed = await this.#lock.renew(LeasedLock.leaseMs).catch(() => undefined);
    if (renewed === false) this.#isLost = true;
    if (renewed === true) this.#heldUntilMs = asked + LeasedLock.leaseMs;
  }
}
