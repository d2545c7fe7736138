interface Asked<Item> {
  item: Item;
  end: PromiseWithResolvers<void>;
}

/**
 * Batches work that many callers ask for at once: requests that arrive while it runs are done together in the next run.
 * One run at a time, so it takes one place in whatever it waits for.
 */
export class BatchedWork<Item> {
  readonly #work: (items: readonly Item[]) => Promise<unknown>;
  readonly #most: number;
  #waiting: Asked<Item>[] = [];
  #isUnderWay = false;

  /** @param most items per run */
  constructor(most: number, work: (items: readonly Item[]) => Promise<unknown>) {
    this.#most = most;
    this.#work = work;
  }

  /** Resolves when the work is done for this item. @throws what the work threw, for all items of that run */
  add(item: Item): Promise<void> {
    const end = Promise.withResolvers<void>();
    this.#waiting.push({ item, end });
    if (!this.#isUnderWay) void this.#run();
    return end.promise;
  }

  async #run(): Promise<void> {
    this.#isUnderWay = true;
    while (this.#waiting.length > 0) {
      const some = this.#waiting.splice(0, this.#most);
      try {
        await this.#work(some.map(({ item }) => item));
        for (const { end } of some) end.resolve();
      } catch (error) {
        for (const { end } of some) end.reject(error);
      }
    }
    this.#isUnderWay = false;
  }
}
