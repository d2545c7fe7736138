/** Orders waiting for their turn; more come only from somebody who asks faster than a database looks up. */
const MOST_WAITING = 1000;

/**
 * What is done after the answer, one by one, so that neither the answer nor its time tells anything of it. What fails is
 * lost, as is what comes while too many wait.
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

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    while (this.#waiting > 0) await this.#last;
  }
}
