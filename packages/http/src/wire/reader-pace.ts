/** A reader slower than this while we wait is behind. */
const LEAST_BYTES_PER_SECOND = 64 * 1024;
/** A reader may take nothing for this long. */
const PATIENCE_MS = 3000;

/**
 * Whether the reader of an answer keeps up. Time runs while something waits for the reader, and what is taken gives time
 * back: one that pauses now and then is not behind, one that takes a little now and then is.
 */
export class ReaderPace {
  readonly #nowMs: () => number;
  #leftMs = PATIENCE_MS;
  #waitingSinceMs: number | undefined;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Something waits for the reader from now on. */
  wait(): void {
    this.#waitingSinceMs = this.#nowMs();
  }

  /** It has been taken. */
  taken(byteCount: number): void {
    const gainedMs = (byteCount / LEAST_BYTES_PER_SECOND) * 1000;
    this.#leftMs = Math.min(PATIENCE_MS, Math.max(0, this.#leftMs - this.#waitedMs()) + gainedMs);
    this.#waitingSinceMs = undefined;
  }

  isBehind(): boolean {
    return this.#waitedMs() > 0 && this.#waitedMs() >= this.#leftMs;
  }

  #waitedMs(): number {
    return this.#waitingSinceMs === undefined ? 0 : this.#nowMs() - this.#waitingSinceMs;
  }
}
