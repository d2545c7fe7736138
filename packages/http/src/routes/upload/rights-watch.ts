import { isDomainError } from "@consigne/core";

/** Checks periodically whether a long operation may continue; the signal ends it with the first refusal. */
export class RightsWatch implements Disposable {
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(recheck: () => Promise<void>, everyMs: number) {
    this.#timer = setInterval(() => {
      recheck().catch((error: unknown) => {
        // A database that is busy for a moment ends nobody's right.
        if (isDomainError(error)) this.#ending.abort(error);
      });
    }, everyMs);
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
