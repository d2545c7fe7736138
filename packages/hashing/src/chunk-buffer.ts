const FIRST_BYTES = 4 * 1024;
const NOTHING = new Uint8Array(0);

/** Copies of chunks, at most `maxBytes` in total, in memory that grows with them. */
export class ChunkBuffer {
  readonly #maxBytes: number;
  #memory = NOTHING;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False, and nothing is taken, if the chunk does not fit. */
  add(chunk: Uint8Array): boolean {
    const neededBytes = this.#heldBytes + chunk.byteLength;
    if (neededBytes > this.#maxBytes) return false;
    if (neededBytes > this.#memory.byteLength) {
      const grownBytes = Math.max(FIRST_BYTES, neededBytes, this.#memory.byteLength * 4);
      const grown = new Uint8Array(Math.min(grownBytes, this.#maxBytes));
      grown.set(this.#memory.subarray(0, this.#heldBytes));
      this.#memory = grown;
    }
    this.#memory.set(chunk, this.#heldBytes);
    this.#heldBytes = neededBytes;
    return true;
  }

  /** Returns the bytes and releases them. */
  take(): Uint8Array {
    const bytes = this.#memory.subarray(0, this.#heldBytes);
    this.#memory = NOTHING;
    this.#heldBytes = 0;
    return bytes;
  }
}
