/**
 * Transfers of this process that have bytes in the store and no row yet. A sweep cannot judge them by their age if the
 * clocks of server and store differ.
 */
export class Beginnings {
  readonly #open = new Set<Promise<unknown>>();

  /** Runs work that begins a transfer and writes its row. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#open.add(running);
    try {
      return await running;
    } finally {
      this.#open.delete(running);
    }
  }

  /** Resolves when each transfer that is open now has its row or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }
}
