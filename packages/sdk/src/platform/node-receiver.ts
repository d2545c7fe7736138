import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";
import { deferred } from "../deferred.ts";

const SOCKET_BYTES = 64 * 1024;
const GATHERED_BYTES = 512 * 1024;
/** A TLS socket that is told to stop still hands out what it has deciphered. */
const ENOUGH_BYTES = GATHERED_BYTES - 4 * SOCKET_BYTES;
/** Servers close idle connections; ours after 5 s. */
const IDLE_MS = 3000;

/**
 * One connection for requests without a body. Bytes come in through memory that is used again and again: node:http
 * makes new buffers for each 64 KiB, and a fast download then holds some 80 MiB of those nobody has collected yet.
 */
export class NodeReceiver {
  readonly origin: string;
  readonly #socket: Socket;
  #filling: Buffer = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  #other: Buffer = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  #filledBytes = 0;
  #isPaused = false;
  #isEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(url: URL) {
    this.origin = url.origin;
    const isPlain = url.protocol === "http:";
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const options = {
      host,
      port: url.port === "" ? (isPlain ? 80 : 443) : Number(url.port),
      noDelay: true,
      onread: { buffer: Buffer.allocUnsafeSlow(SOCKET_BYTES), callback: this.#take.bind(this) },
    };
    const isName = /[a-z]/i.test(host) && !host.includes(":");
    this.#socket = isPlain
      ? connectPlain(options)
      : connectSecure({ ...options, ...(isName ? { servername: host } : {}) });
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("end", () => this.#end(undefined));
    this.#socket.on("close", () => this.#end(undefined));
  }

  get isUsable(): boolean {
    return !this.#isEnded && !this.#socket.destroyed && this.#filledBytes === 0;
  }

  send(head: string): void {
    this.#socket.write(head, "latin1");
  }

  /**
   * What came since; undefined at the end of the connection. The memory is used again after the next call. Rejects with
   * the failure of the connection.
   */
  async next(idleTimeoutMs: number, onSilence: () => Error): Promise<Uint8Array | undefined> {
    if (this.#filledBytes === 0 && !this.#isEnded) await this.#waitForBytes(idleTimeoutMs, onSilence);
    if (this.#filledBytes > 0) {
      const bytes = this.#filling.subarray(0, this.#filledBytes);
      [this.#filling, this.#other] = [this.#other, this.#filling];
      this.#filledBytes = 0;
      this.#resume();
      return bytes;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return undefined;
  }

  destroy(error?: Error): void {
    clearTimeout(this.#idleTimer);
    this.#end(error);
    this.#socket.destroy();
  }

  /** Keeps the connection for a moment, without holding the process. `onGone` is called when it is over. */
  rest(onGone: () => void): void {
    this.#socket.unref();
    const leave = () => {
      this.#wake = undefined;
      onGone();
      this.destroy();
    };
    this.#wake = leave;
    this.#idleTimer = setTimeout(leave, IDLE_MS).unref();
  }

  wakeUp(): void {
    clearTimeout(this.#idleTimer);
    this.#wake = undefined;
    this.#socket.ref();
  }

  #take(size: number, buffer: Uint8Array): boolean {
    if (this.#filledBytes + size > this.#filling.byteLength) {
      // More than a TLS socket should have kept back: rather memory than bytes lost.
      this.#filling = Buffer.concat([this.#filling.subarray(0, this.#filledBytes), Buffer.allocUnsafe(GATHERED_BYTES)]);
    }
    this.#filling.set(buffer.subarray(0, size), this.#filledBytes);
    this.#filledBytes += size;
    this.#wake?.();
    this.#isPaused = this.#filledBytes > ENOUGH_BYTES;
    return !this.#isPaused;
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #end(error: Error | undefined): void {
    this.#isEnded = true;
    this.#failure ??= error;
    this.#wake?.();
  }

  async #waitForBytes(idleTimeoutMs: number, onSilence: () => Error): Promise<void> {
    const woken = deferred();
    this.#wake = woken.resolve;
    const timer = setTimeout(() => this.destroy(onSilence()), idleTimeoutMs);
    await woken.promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
