/** Lets callers of one name go one after the other, in the order they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** `work` may let those who wait go first, and goes on when it is its turn again. */
  async take<T>(name: string, work: (yieldTurn: () => Promise<void>) => Promise<T>): Promise<T> {
    let end = await this.#begin(name);
    try {
      return await work(async () => {
        end();
        end = await this.#begin(name);
      });
    } finally {
      end();
    }
  }

  /** Returns how the turn ends. */
  async #begin(name: string): Promise<() => void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const before = this.#last.get(name);
    this.#last.set(name, ended);
    await before;
    return () => {
      if (this.#last.get(name) === ended) this.#last.delete(name);
      resolve();
    };
  }
}
