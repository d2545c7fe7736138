/** Buffers of one size, reused: uploads come and go faster than the collector returns their memory. */
export class BufferPool {
  readonly bufferSizeBytes: number;
  readonly #maxIdle: number;
  readonly #idle: Uint8Array[] = [];

  constructor(bufferSizeBytes: number, maxIdle: number) {
    this.bufferSizeBytes = bufferSizeBytes;
    this.#maxIdle = maxIdle;
  }

  take(): Uint8Array {
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.bufferSizeBytes);
  }

  give(buffer: Uint8Array): void {
    if (this.#idle.length < this.#maxIdle) this.#idle.push(buffer);
  }
}
