import { DomainError } from "../errors.ts";
import { boundedWait, LONGEST_WAIT_MS } from "../places/bounded-wait.ts";
import { mostWaiting } from "./locker.ts";

interface Waiting {
  begin(): void;
  refuse(reason: unknown): void;
}

/** Runs callers with the same name one after the other, in order of arrival. */
export class KeyedMutex {
  /** Waiting callers by name, oldest first; a name has an entry while work with it runs. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  readonly #waitMs: number;

  constructor({ waitMs = LONGEST_WAIT_MS }: { waitMs?: number } = {}) {
    this.#waitMs = waitMs;
  }

  async take<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, new Set());
    else await this.#wait(name, waiting, signal);
    try {
      return await work();
    } finally {
      this.#callNext(name);
    }
  }

  async #wait(name: string, queue: Set<Waiting>, signal: AbortSignal | undefined): Promise<void> {
    this.#requireRoom(name, queue.size);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { begin: resolve, refuse: reject };
    const leave = (reason: unknown) => {
      queue.delete(waiting);
      reject(reason);
    };
    queue.add(waiting);
    return boundedWait(promise, { signal, waitMs: this.#waitMs, late: tooMany, leave });
  }

  #requireRoom(name: string, own: number): void {
    if (own >= mostWaiting.perName) throw tooMany();
    const word = firstWord(name);
    const queues = [...this.#waiting].filter(([each]) => firstWord(each) === word).map(([, queue]) => queue);
    if (queues.reduce((sum, { size }) => sum + size, 0) < mostWaiting.perWord) return;
    const [longest] = queues.toSorted((one, other) => other.size - one.size);
    const newest = [...(longest ?? [])].at(-1);
    if (longest === undefined || newest === undefined || longest.size <= own + 1) throw tooMany();
    longest.delete(newest);
    newest.refuse(tooMany());
  }

  #callNext(name: string): void {
    const waiting = this.#waiting.get(name);
    const [next] = waiting ?? [];
    if (next === undefined) {
      this.#waiting.delete(name);
      return;
    }
    waiting?.delete(next);
    next.begin();
  }
}

const firstWord = (name: string): string => name.split(" ", 1)[0] ?? "";

const tooMany = () =>
  new DomainError("too-busy", "Too many requests are waiting for this; nothing was changed. Try again in a moment.");
