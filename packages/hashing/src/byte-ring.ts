const HEADER_BYTES = 64;
const WRITTEN = 0;
const CONSUMED = 1;
const ENDED = 2;
const PRODUCER_WAITS = 3;

/**
 * Bytes from one thread to another through shared memory. One side calls `push`, `end` and `mustWait`, the other
 * `peek`, `consume` and `isDrained`. Counters wrap at 2^32, so the capacity is a power of two.
 */
export class ByteRing {
  readonly memory: SharedArrayBuffer;
  readonly capacityBytes: number;
  readonly #header: Int32Array;
  readonly #bytes: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.capacityBytes = memory.byteLength - HEADER_BYTES;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = Buffer.from(memory, HEADER_BYTES);
  }

  static ofCapacity(capacityBytes: number): ByteRing {
    return new ByteRing(new SharedArrayBuffer(HEADER_BYTES + capacityBytes));
  }

  /** Prepares an unused ring for the next stream. */
  reset(): void {
    this.#header.fill(0);
  }

  /** Copies as much of `chunk` as fits, from `offset` on; returns the count. */
  push(chunk: Uint8Array, offset: number): number {
    const written = Atomics.load(this.#header, WRITTEN);
    const count = Math.min(chunk.byteLength - offset, this.capacityBytes - this.#heldBytes(written));
    if (count === 0) return 0;
    const start = written & (this.capacityBytes - 1);
    const untilWrap = Math.min(count, this.capacityBytes - start);
    this.#copy(chunk.subarray(offset, offset + untilWrap), start);
    if (count > untilWrap) this.#copy(chunk.subarray(offset + untilWrap, offset + count), 0);
    Atomics.store(this.#header, WRITTEN, (written + count) | 0);
    return count;
  }

  end(): void {
    Atomics.store(this.#header, ENDED, 1);
  }

  /** True if the ring is full; the consumer then reports once when there is space. */
  mustWait(): boolean {
    Atomics.store(this.#header, PRODUCER_WAITS, 1);
    if (this.#heldBytes(Atomics.load(this.#header, WRITTEN)) === this.capacityBytes) return true;
    Atomics.store(this.#header, PRODUCER_WAITS, 0);
    return false;
  }

  /** The next bytes, at most `maxBytes`, in place; empty if there are none yet. */
  peek(maxBytes: number): Uint8Array {
    const consumed = Atomics.load(this.#header, CONSUMED);
    const start = consumed & (this.capacityBytes - 1);
    const held = this.#heldBytes(Atomics.load(this.#header, WRITTEN));
    return this.#bytes.subarray(start, start + Math.min(held, maxBytes, this.capacityBytes - start));
  }

  /** Frees `count` bytes; true if the producer is waiting and there is now enough space to wake it. */
  consume(count: number): boolean {
    const consumed = (Atomics.load(this.#header, CONSUMED) + count) | 0;
    Atomics.store(this.#header, CONSUMED, consumed);
    if (Atomics.load(this.#header, PRODUCER_WAITS) === 0) return false;
    if (this.#heldBytes(Atomics.load(this.#header, WRITTEN)) > this.capacityBytes / 2) return false;
    return Atomics.compareExchange(this.#header, PRODUCER_WAITS, 1, 0) === 1;
  }

  isDrained(): boolean {
    if (Atomics.load(this.#header, ENDED) === 0) return false;
    return this.#heldBytes(Atomics.load(this.#header, WRITTEN)) === 0;
  }

  /**
   * `set` copies eight bytes at a time into shared memory, since another thread might read it; here none does before
   * `WRITTEN` says so. `fill` copies as fast as the machine can, in a quarter of the time.
   */
  #copy(bytes: Uint8Array, start: number): void {
    this.#bytes.fill(bytes, start, start + bytes.byteLength);
  }

  #heldBytes(written: number): number {
    return (written - Atomics.load(this.#header, CONSUMED)) >>> 0;
  }
}
