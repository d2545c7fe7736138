import { DomainError } from "../errors.ts";
import { mostWaiting } from "./locker.ts";

/** Lets callers of one name go one after the other, in the order they came. */
export class Turns {
  /** Who waits, by name; there is one of every name that has somebody at work. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #waitingCount = 0;

  async take<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, new Set());
    else await this.#wait(waiting, signal);
    try {
      return await work();
    } finally {
      this.#callNext(name);
    }
  }

  async #wait(waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
    if (waiting.size >= mostWaiting.perName || this.#waitingCount >= mostWaiting.inAll) throw tooMany();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      waiting.delete(resolve);
      reject(signal?.reason);
    };
    waiting.add(resolve);
    this.#waitingCount += 1;
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      this.#waitingCount -= 1;
      signal?.removeEventListener("abort", leave);
    }
  }

  #callNext(name: string): void {
    const waiting = this.#waiting.get(name);
    const [next] = waiting ?? [];
    if (next === undefined) {
      this.#waiting.delete(name);
      return;
    }
    waiting?.delete(next);
    next();
  }
}

const tooMany = () =>
  new DomainError("too-busy", "Too many requests are waiting for this; nothing was changed. Try again in a moment.");
