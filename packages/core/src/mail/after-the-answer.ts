/** Waiting orders; only somebody who asks faster than the database can look up gets this far. */
const MOST_WAITING = 1000;

/**
 * Work done after the answer was sent, one item at a time, so that neither the answer nor its timing reveals anything
 * about it. Failed work is dropped, and so is work beyond the limit.
 */
export class AfterTheAnswer {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  run(work: () => Promise<unknown>): void {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    this.#last = this.#last
      .then(work)
      .catch(() => undefined)
      .finally(() => (this.#waiting -= 1));
  }

  /** Resolves when nothing is waiting any more. */
  async settle(): Promise<void> {
    while (this.#waiting > 0) await this.#last;
  }
}
