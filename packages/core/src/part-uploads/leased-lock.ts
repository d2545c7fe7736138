import { DomainError } from "../errors.ts";
import type { Lock } from "../ports/locker.ts";

const RENEW_MS = 20_000;

/** The place of one writer, which it keeps as long as its lease is renewed. */
export class LeasedLock {
  static readonly leaseMs = 60_000;
  readonly #lock: Lock;
  readonly #renewing: NodeJS.Timeout;
  #isLost = false;
  /** By a clock that nobody sets: after a long sleep the first write must not come before the next renewal. */
  #heldUntilMs = performance.now() + LeasedLock.leaseMs;

  constructor(lock: Lock) {
    this.#lock = lock;
    this.#renewing = setInterval(() => void this.#renew(), RENEW_MS);
    this.#renewing.unref();
  }

  /** @throws {DomainError} `upload-in-progress` once the place may be another's */
  require(): void {
    if (!this.#isLost && performance.now() < this.#heldUntilMs) return;
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
    // A store of locks that does not answer for a moment takes nothing away before the lease ends.
    const renewed = await this.#lock.renew(LeasedLock.leaseMs).catch(() => undefined);
    if (renewed === false) this.#isLost = true;
    if (renewed === true) this.#heldUntilMs = asked + LeasedLock.leaseMs;
  }
}
