const FIRST_BYTES = 4096;

/** Bytes in memory, writable at any position up to a limit. The memory grows with them. */
export class GrowingBytes {
  readonly #mostBytes: number;
  #buffer = Buffer.alloc(0);
  #sizeBytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Valid until the next `write`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#sizeBytes);
  }

  /** False: they would be too many, and nothing was changed. */
  write(bytes: Uint8Array, position: number): boolean {
    const end = position + bytes.byteLength;
    if (end > this.#mostBytes) return false;
    if (end > this.#buffer.byteLength) {
      const grown = Buffer.alloc(Math.min(this.#mostBytes, Math.max(FIRST_BYTES, end, 2 * this.#buffer.byteLength)));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, position);
    this.#sizeBytes = Math.max(this.#sizeBytes, end);
    return true;
  }

  clear(): void {
    this.#buffer = Buffer.alloc(0);
    this.#sizeBytes = 0;
  }
}
