/**
 * Limits how many do something at a time in all windows of the browser together: each slot is a lock of the browser.
 */
export class SharedSlots {
  readonly #locks: LockManager;
  readonly #names: readonly string[];

  /** @param name unique in the browser */
  constructor(locks: LockManager, name: string, count: number) {
    this.#locks = locks;
    this.#names = Array.from({ length: count }, (_, at) => `${name} ${at + 1}`);
  }

  /** @throws what `work` throws, and the reason of the signal while it waits */
  async use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const give = await this.#take(signal);
    try {
      return await work();
    } finally {
      give();
    }
  }

  /** Waits for all slots, and stops waiting for the others as soon as one is free. */
  async #take(signal: AbortSignal): Promise<() => void> {
    const taken = Promise.withResolvers<() => void>();
    const leaving = new AbortController();
    const waiting = { signal: AbortSignal.any([signal, leaving.signal]) };
    for (const name of this.#names) {
      const hold = async () => {
        // Two may have become free at the same moment.
        if (leaving.signal.aborted) return;
        leaving.abort();
        const given = Promise.withResolvers<void>();
        taken.resolve(given.resolve);
        await given.promise;
      };
      // After a slot was taken this rejection has no effect.
      this.#locks.request(name, waiting, hold).catch((error: unknown) => taken.reject(signal.reason ?? error));
    }
    return await taken.promise;
  }
}
