/**
 * Transfers of this process that have bytes in the store and no row yet. Their age tells nothing to a sweep where the
 * clocks of server and store differ.
 */
export class Beginnings {
  readonly #open = new Set<Promise<unknown>>();

  /** Does the work, which begins a transfer and writes its row. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#open.add(running);
    try {
      return await running;
    } finally {
      this.#open.delete(running);
    }
  }

  /** Once each of those that are open now has its row or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }
}
