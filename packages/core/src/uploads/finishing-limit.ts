const MOST_SMALL = 200;
/** Small ones all together. */
const SMALL_BYTES = 2 * 1024 * 1024;

/**
 * Files whose bytes have arrived but are not durable yet: each holds memory. There may be many small ones, since a store
 * makes them durable together.
 */
export class FinishingLimit {
  readonly #enough: number;
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;

  /** @param enough so many of any size */
  constructor(enough: number) {
    this.#enough = enough;
  }

  /** @param ended resolves when the file is durable or was given up; never rejects */
  add(ended: Promise<void>, sizeBytes: number): void {
    this.#running.add(ended);
    this.#bytes += sizeBytes;
    void this.#leave(ended, sizeBytes);
  }

  /** Resolves when the next file may come. */
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
