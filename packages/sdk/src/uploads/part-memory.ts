const MIB = 1024 ** 2;
/** For all parts of one client in memory at a time, however many files are being sent. */
const HELD_BYTES = 32 * MIB;

/** Memory for parts that are being sent, which is reused; a part that finds none waits for others to finish. */
export class PartMemory {
  #leftBytes = HELD_BYTES;
  #idle: Uint8Array<SharedArrayBuffer>[] = [];
  readonly #waiting: (() => void)[] = [];

  /** Whether a part of this size fits at all; a larger one is better read twice. */
  static holds(partBytes: number): boolean {
    return partBytes <= HELD_BYTES;
  }

  /** Whether it is available without waiting. */
  hasRoom(sizeBytes: number): boolean {
    return this.#leftBytes >= sizeBytes;
  }

  /** Give it back with `give`. */
  async take(sizeBytes: number): Promise<Uint8Array<SharedArrayBuffer>> {
    while (this.#leftBytes < sizeBytes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#leftBytes -= sizeBytes;
    const idle = this.#idle.pop();
    if (idle?.byteLength === sizeBytes) return idle;
    this.#idle = [];
    return new Uint8Array(new SharedArrayBuffer(sizeBytes));
  }

  give(memory: Uint8Array<SharedArrayBuffer>): void {
    this.#leftBytes += memory.byteLength;
    this.#idle.push(memory);
    // Each checks again whether there is enough.
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
