import type { Socket } from "node:net";

/** Everything that one order has open. It all ends together, and the first reason is reported. */
export class OpenEnds {
  readonly #signal: AbortSignal;
  readonly #ended = Promise.withResolvers<never>();
  readonly #sockets = new Set<Socket>();
  #isOver = false;
  #reason: unknown;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#ended.promise.catch(() => undefined);
    signal.addEventListener("abort", this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  readonly #abort = (): void => this.end(this.#signal.reason);

  /** Without a reason: normally. */
  end(reason?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reason = reason;
    this.#signal.removeEventListener("abort", this.#abort);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    this.#ended.reject(reason ?? new Error("closed"));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws the reason, if it is over */
  check(): void {
    if (this.#isOver) throw this.reasonOr(() => new Error("closed"));
  }

  /** The reason why it ended, or else the given error. */
  reasonOr(otherwise: () => Error): unknown {
    return this.#reason ?? otherwise();
  }

  /** Rejects as soon as it is over, whatever the promise does. */
  race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#ended.promise]);
  }

  /** Adds a socket that ends with everything else; whoever reads from it gets its errors. */
  add<T extends Socket>(socket: T): T {
    socket.on("error", () => undefined);
    if (this.#isOver) socket.destroy();
    else this.#sockets.add(socket);
    return socket;
  }

  /** For a host that is no longer needed. */
  drop(socket: Socket): void {
    socket.destroy();
    this.#sockets.delete(socket);
  }

  /** Ends everything unless disposed of in time. */
  limit(ms: number, failure: () => Error): Disposable {
    const timer = setTimeout(() => this.end(failure()), ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  }
}
