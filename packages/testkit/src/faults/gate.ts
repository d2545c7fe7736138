/** Where requests wait until the test lets them through: a delay that ends with an event, not with time. */
export class Gate {
  readonly #opened = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Resolves when the first request is waiting here. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  /** Lets everything through that is waiting, and everything that comes later. */
  open(): void {
    this.#opened.resolve();
  }

  /** Called only by the fault layer. */
  async pass(): Promise<void> {
    this.#reached.resolve();
    await this.#opened.promise;
  }
}
