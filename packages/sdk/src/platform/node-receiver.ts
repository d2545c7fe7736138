import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";
import { deferred } from "../deferred.ts";
import { watchSocket } from "./node-connecting.ts";

const SOCKET_BYTES = 64 * 1024;
const GATHERED_BYTES = 512 * 1024;
/** A TLS socket that is told to stop still hands out what it has decrypted. */
const ENOUGH_BYTES = GATHERED_BYTES - 4 * SOCKET_BYTES;
/** Servers close idle connections; ours after 5 s. */
const IDLE_MS = 3000;

/** Memory of the reader, which is being filled from its beginning. */
interface Target {
  memory: Uint8Array;
  filledBytes: number;
  /** How many of them were handed out. */
  takenBytes: number;
}

/**
 * One connection for requests without a body. Bytes arrive in memory that is reused: node:http creates new buffers for
 * each 64 KiB, and a fast download then holds some 80 MiB of them that were not collected yet. The reader may give
 * memory of its own, which the system then writes to directly; only what arrives between two such blocks is copied.
 */
export class NodeReceiver {
  readonly origin: string;
  readonly #socket: Socket;
  readonly #isPlain: boolean;
  readonly #spare: Buffer = Buffer.allocUnsafeSlow(SOCKET_BYTES);
  #target: Target | undefined;
  /** The next bytes arrive in the target: the system already knows, so this cannot be changed any more. */
  #isIntoTarget = false;
  #filling: Buffer = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  #other: Buffer = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  #filledBytes = 0;
  #isPaused = false;
  #isEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #connectedInMs: number | undefined;
  #onConnected: ((tookMs: number) => void) | undefined;

  constructor(url: URL) {
    this.origin = url.origin;
    const isPlain = url.protocol === "http:";
    this.#isPlain = isPlain;
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const options = {
      host,
      port: url.port === "" ? (isPlain ? 80 : 443) : Number(url.port),
      noDelay: true,
      onread: { buffer: () => this.#memoryForMore(), callback: this.#take.bind(this) },
    };
    const isName = /[a-z]/i.test(host) && !host.includes(":");
    this.#socket = isPlain
      ? connectPlain(options)
      : connectSecure({ ...options, ...(isName ? { servername: host } : {}) });
    watchSocket(this.#socket, (tookMs) => {
      this.#connectedInMs = tookMs;
      this.#onConnected?.(tookMs);
    });
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("end", () => this.#end(undefined));
    this.#socket.on("close", () => this.#end(undefined));
  }

  get isUsable(): boolean {
    return !this.#isEnded && !this.#socket.destroyed && this.#filledBytes === 0 && this.#target === undefined;
  }

  /** Reports to the current user of the connection how long it took to open, for a server on another machine. */
  tellDistance(onConnected: ((tookMs: number) => void) | undefined): void {
    this.#onConnected = onConnected;
    if (this.#connectedInMs !== undefined) onConnected?.(this.#connectedInMs);
  }

  send(head: string): void {
    this.#socket.write(head, "latin1");
  }

  /**
   * What has arrived since; undefined at the end of the connection. The memory is reused after the next call. Rejects
   * with the failure of the connection.
   * @param memory where the following bytes should be put, with no more room than belongs to the answer; they may
   * arrive elsewhere. Once given, it is filled to its end, over several calls, unless the connection is destroyed
   * first.
   */
  async next(
    wait: { idleTimeoutMs: number; onSilence: () => Error },
    memory?: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    if (!this.#hasBytes() && !this.#isEnded) {
      if (memory !== undefined && memory.byteLength > 0) this.#target ??= { memory, filledBytes: 0, takenBytes: 0 };
      await this.#waitForBytes(wait);
    }
    const inTarget = this.#takeFromTarget();
    if (inTarget !== undefined) return inTarget;
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

  /** Keeps the connection for a moment, without keeping the process alive. `onGone` is called when it is over. */
  rest(onGone: () => void): void {
    this.#socket.unref();
    this.#onConnected = undefined;
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

  /** Full memory is never given to the system: it may belong to others when more arrives. */
  #memoryForMore(): Uint8Array {
    const target = this.#target;
    const isOpen = target !== undefined && target.filledBytes < target.memory.byteLength;
    // What TLS does with memory that it was given, when a connection is destroyed, cannot be relied on.
    this.#isIntoTarget = isOpen && this.#isPlain;
    return target !== undefined && this.#isIntoTarget ? target.memory.subarray(target.filledBytes) : this.#spare;
  }

  #hasBytes(): boolean {
    return this.#filledBytes > 0 || (this.#target?.filledBytes ?? 0) > (this.#target?.takenBytes ?? 0);
  }

  #takeFromTarget(): Uint8Array | undefined {
    const target = this.#target;
    if (target === undefined || target.filledBytes === target.takenBytes) return undefined;
    const bytes = target.memory.subarray(target.takenBytes, target.filledBytes);
    target.takenBytes = target.filledBytes;
    if (target.filledBytes === target.memory.byteLength) this.#target = undefined;
    return bytes;
  }

  #take(size: number, buffer: Uint8Array): boolean {
    // The memory may already belong to others.
    if (this.#socket.destroyed) return false;
    if (this.#isIntoTarget && this.#target !== undefined) this.#target.filledBytes += size;
    else this.#keep(this.#copyToTarget(buffer.subarray(0, size)));
    this.#wake?.();
    this.#isPaused = this.#filledBytes > ENOUGH_BYTES;
    return !this.#isPaused;
  }

  /** Returns what does not fit. */
  #copyToTarget(bytes: Uint8Array): Uint8Array {
    const target = this.#target;
    if (target === undefined || this.#filledBytes > 0) return bytes;
    const taken = bytes.subarray(0, target.memory.byteLength - target.filledBytes);
    target.memory.set(taken, target.filledBytes);
    target.filledBytes += taken.byteLength;
    return bytes.subarray(taken.byteLength);
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    if (this.#filledBytes + bytes.byteLength > this.#filling.byteLength) {
      // More than a TLS socket should have kept back: better to use memory than to lose bytes.
      this.#filling = Buffer.concat([this.#filling.subarray(0, this.#filledBytes), Buffer.allocUnsafe(GATHERED_BYTES)]);
    }
    this.#filling.set(bytes, this.#filledBytes);
    this.#filledBytes += bytes.byteLength;
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

  async #waitForBytes({ idleTimeoutMs, onSilence }: { idleTimeoutMs: number; onSilence: () => Error }): Promise<void> {
    const woken = deferred();
    this.#wake = woken.resolve;
    const timer = setTimeout(() => this.destroy(onSilence()), idleTimeoutMs);
    await woken.promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
