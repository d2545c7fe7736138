const LEAST_BYTES = 512;

/** Joins chunks into one buffer: kept as chunks, a body sent byte by byte would take a hundred times its size. */
export class GrowingBuffer {
  readonly #grow: (addedBytes: number) => void;
  #memory = Buffer.alloc(0);
  #length = 0;

  /** `onGrow` is called before memory is allocated, and may refuse it by throwing. */
  constructor(onGrow: (addedBytes: number) => void) {
    this.#grow = onGrow;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#memory.length) {
      const size = Math.max(needed, Math.min(2 * this.#memory.length, needed + 256 * 1024), LEAST_BYTES);
      this.#grow(size - this.#memory.length);
      const larger = Buffer.allocUnsafeSlow(size);
      this.#memory.copy(larger, 0, 0, this.#length);
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.#length);
    this.#length = needed;
  }

  /** The bytes so far, not copied. */
  bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}
