/**
 * Two deadlines for an incoming body: one for a client that sends nothing while we wait for it, one for the whole body,
 * which is not extended by sending little by little. Time in which we keep the client waiting only counts for the
 * second.
 */
export class BodyTimeouts {
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  readonly #totalTimer: NodeJS.Timeout;
  #idleTimer: NodeJS.Timeout | undefined;
  #waitingSince: number | undefined;

  constructor(limits: { idleMs: number; totalMs: number; onIdle: () => void; onTotal: () => void }) {
    this.#idleMs = limits.idleMs;
    this.#onIdle = limits.onIdle;
    this.#totalTimer = setTimeout(limits.onTotal, limits.totalMs);
  }

  startWaiting(): void {
    this.#waitingSince = performance.now();
    // One timer serves many chunks: it checks the time when it fires instead of being restarted for each.
    this.#idleTimer ??= setTimeout(() => this.#ring(), this.#idleMs);
  }

  stopWaiting(): void {
    this.#waitingSince = undefined;
  }

  end(): void {
    clearTimeout(this.#totalTimer);
    clearTimeout(this.#idleTimer);
    this.#waitingSince = undefined;
  }

  #ring(): void {
    this.#idleTimer = undefined;
    if (this.#waitingSince === undefined) return;
    const remainingMs = this.#waitingSince + this.#idleMs - performance.now();
    if (remainingMs > 0) {
      this.#idleTimer = setTimeout(() => this.#ring(), Math.ceil(remainingMs));
      return;
    }
    // After a stall of our own, timers fire before bytes waiting in the socket are read: check those first.
    const since = this.#waitingSince;
    setImmediate(() => {
      if (this.#waitingSince === since) this.#onIdle();
    });
  }
}
