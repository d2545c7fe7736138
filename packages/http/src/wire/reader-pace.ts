/** A reader slower than this while we wait is behind. */
const LEAST_BYTES_PER_SECOND = 64 * 1024;
/** How long a reader may read nothing. */
const PATIENCE_MS = 3000;

/**
 * Whether the reader of an answer keeps up. Time counts while something waits for the reader, and reading earns time
 * back: a reader that pauses now and then is not behind, one that only reads a little now and then is.
 */
export class ReaderPace {
  readonly #nowMs: () => number;
  #leftMs = PATIENCE_MS;
  #waitingSinceMs: number | undefined;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** From now on something waits for the reader. */
  wait(): void {
    this.#waitingSinceMs = this.#nowMs();
  }

  /** It was read. */
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
