/** Lets callers of one name go one after the other, in the order they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const before = this.#last.get(name);
    this.#last.set(name, ended);
    await before;
    try {
      return await work();
    } finally {
      if (this.#last.get(name) === ended) this.#last.delete(name);
      resolve();
    }
  }
}
