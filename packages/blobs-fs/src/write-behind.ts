import type { DiskFile } from "./file-system.ts";
import { FlushBehind, type FlushTurn } from "./flush-behind.ts";

/** Memory for bytes being written; at most two buffers are in use at a time. */
export interface WriteBuffers {
  take(): Buffer;
  /** Nobody may read or write it afterwards. */
  give(buffer: Buffer): void;
}

/** A file that may say how its bytes are written. */
export interface WrittenFile extends DiskFile {
  /** Large writes are on the disk when they have ended, so there is nothing to flush in the background. */
  readonly isPastCache?: boolean;
}

/**
 * Combines chunks into large writes, and lets the caller fill one buffer while the other is written to the disk.
 * At most two buffers are held. A failed write is thrown by the next call.
 */
export class WriteBehind {
  readonly #file: WrittenFile;
  readonly #pool: WriteBuffers;
  readonly #flushes: FlushBehind;
  #filling: Buffer | undefined;
  #filledBytes = 0;
  readonly #startBytes: number;
  #positionBytes: number;
  #flyingBytes = 0;
  #flight: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #isStopped = false;

  /** `startBytes`: position of the first byte in the file. */
  constructor(
    file: WrittenFile,
    { buffers, flushTurn }: { buffers: WriteBuffers; flushTurn: FlushTurn },
    startBytes = 0,
  ) {
    this.#file = file;
    this.#pool = buffers;
    this.#flushes = new FlushBehind(file, flushTurn);
    this.#startBytes = startBytes;
    this.#positionBytes = startBytes;
  }

  get sizeBytes(): number {
    return this.#positionBytes - this.#startBytes + this.#filledBytes;
  }

  /** Accepted, but not yet passed to the operating system. */
  get unwrittenBytes(): number {
    return this.#filledBytes + this.#flyingBytes;
  }

  /** Undefined if there is nothing to wait for: a promise for every chunk would cost more than copying it. */
  add(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#hasFailed) return this.#flight;
    const taken = this.#fill(chunk, 0);
    return taken === chunk.byteLength || this.#isStopped ? undefined : this.#addRest(chunk, taken);
  }

  /** Resolves when the operating system has accepted every byte and nothing is running. */
  async drain(): Promise<void> {
    await this.#flight;
    this.#launch();
    await this.#flight;
    await this.#flushes.settle();
  }

  /** Stops accepting bytes; resolves when no write and no flush is running, whatever their results. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#flight.catch(() => undefined);
    await this.#flushes.settle().catch(() => undefined);
    if (this.#filling !== undefined) this.#pool.give(this.#filling);
    this.#filling = undefined;
  }

  async #addRest(chunk: Uint8Array, from: number): Promise<void> {
    for (let taken = from; taken < chunk.byteLength && !this.#isStopped;) {
      await this.#flight;
      taken = this.#fill(chunk, taken);
    }
  }

  /** Takes as much of the chunk as fits without waiting for the running write; returns where the rest begins. */
  #fill(chunk: Uint8Array, from: number): number {
    let taken = from;
    while (taken < chunk.byteLength && !this.#isStopped) {
      const buffer = (this.#filling ??= this.#pool.take());
      const count = Math.min(chunk.byteLength - taken, buffer.byteLength - this.#filledBytes);
      // The last bytes of a full buffer wait for the running write, which holds back the sender.
      const isFull = this.#filledBytes + count === buffer.byteLength;
      if (isFull && this.#flyingBytes > 0) return taken;
      buffer.set(chunk.subarray(taken, taken + count), this.#filledBytes);
      this.#filledBytes += count;
      taken += count;
      if (isFull) this.#launch();
    }
    return taken;
  }

  /** Call it only while no write is running. */
  #launch(): void {
    const buffer = this.#filling;
    if (buffer === undefined || this.#isStopped) return;
    const filledBytes = this.#filledBytes;
    this.#filling = undefined;
    this.#filledBytes = 0;
    this.#flyingBytes = filledBytes;
    // A failure is noted before another write can begin, which would hide it.
    const noteFailure = (error: unknown): never => {
      this.#hasFailed = true;
      throw error;
    };
    const writing = this.#writeAll(buffer, filledBytes, this.#positionBytes).catch(noteFailure);
    this.#flight = writing.finally(() => {
      this.#flyingBytes = 0;
      this.#pool.give(buffer);
    });
    // Whoever calls next is told.
    this.#flight.catch(() => undefined);
    this.#positionBytes += filledBytes;
  }

  async #writeAll(buffer: Buffer, length: number, position: number): Promise<void> {
    let done = 0;
    while (done < length) {
      const { bytesWritten } = await this.#file.write(buffer, done, length - done, position + done);
      if (bytesWritten === 0) throw new Error("The disk took no byte of a write.");
      done += bytesWritten;
    }
    if (this.#file.isPastCache !== true) this.#flushes.written(length);
  }
}
