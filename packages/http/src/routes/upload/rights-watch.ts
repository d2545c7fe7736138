import { isDomainError } from "@consigne/core";

/** Asks again and again whether something that takes long may go on; the signal ends it with the first refusal. */
export class RightsWatch implements Disposable {
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(recheck: () => Promise<void>, everyMs: number) {
    this.#timer = setInterval(() => {
      recheck().catch((error: unknown) => {
        // A database that is busy for a moment takes nobody's right away.
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
