interface Asked<Item> {
  item: Item;
  end: PromiseWithResolvers<void>;
}

/**
 * Work that many ask for at once, done for those who asked while it was under way together: as often as it must be, and
 * one at a time, so that it has one place in whatever it waits for.
 */
export class Gathered<Item> {
  readonly #work: (items: readonly Item[]) => Promise<unknown>;
  readonly #most: number;
  #waiting: Asked<Item>[] = [];
  #isUnderWay = false;

  /** @param most items at a time */
  constructor(most: number, work: (items: readonly Item[]) => Promise<unknown>) {
    this.#most = most;
    this.#work = work;
  }

  /** Resolves once it is done for this item. @throws what the work threw, for all it was done for */
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
