/** Where requests wait until the test lets them on: a delay that ends with an event, not with time. */
export class Gate {
  readonly #opened = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Resolves when the first request waits here. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  /** Lets everything on that waits, and all that comes later. */
  open(): void {
    this.#opened.resolve();
  }

  /** Called by the fault layer alone. */
  async pass(): Promise<void> {
    this.#reached.resolve();
    await this.#opened.promise;
  }
}
