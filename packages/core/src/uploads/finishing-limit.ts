const MOST_SMALL = 200;
/** Limit for all small ones together. */
const SMALL_BYTES = 2 * 1024 * 1024;

/**
 * Limits the files whose bytes have arrived but are not durable yet: each holds memory. There may be many small ones,
 * since a store makes them durable together.
 */
export class FinishingLimit {
  readonly #enough: number;
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;

  /** @param enough limit for files of any size */
  constructor(enough: number) {
    this.#enough = enough;
  }

  /** @param ended resolves when the file is durable or was discarded; never rejects */
  add(ended: Promise<void>, sizeBytes: number): void {
    this.#running.add(ended);
    this.#bytes += sizeBytes;
    void this.#leave(ended, sizeBytes);
  }

  /** Resolves when the next file may arrive. */
  async room(): Promise<void> {
    while (this.#isReached()) await Promise.race(this.#running);
  }

  #isReached(): boolean {
    const { size } = this.#running;
    return size >= MOST_SMALL || (size >= this.#enough && this.#bytes >= SMALL_BYTES);
  }

  async #leave(ended: Promise<void>, sizeBytes: number): Promise<void> {
    await ended;
    this.#running.delete(ended);
    this.#bytes -= sizeBytes;
  }
}
