/** Lets so many do something at a time in all windows of the browser together: each place is a lock of the browser. */
export class SharedSlots {
  readonly #locks: LockManager;
  readonly #names: readonly string[];

  /** @param name of its own in the browser */
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

  /** Waits at all places, and leaves the others as soon as one is free. */
  async #take(signal: AbortSignal): Promise<() => void> {
    const taken = Promise.withResolvers<() => void>();
    const leaving = new AbortController();
    const waiting = { signal: AbortSignal.any([signal, leaving.signal]) };
    for (const name of this.#names) {
      const hold = async () => {
        // Two may have become free at one moment.
        if (leaving.signal.aborted) return;
        leaving.abort();
        const given = Promise.withResolvers<void>();
        taken.resolve(given.resolve);
        await given.promise;
      };
      // Once a place is taken that says nothing any more.
      this.#locks.request(name, waiting, hold).catch((error: unknown) => taken.reject(signal.reason ?? error));
    }
    return await taken.promise;
  }
}
