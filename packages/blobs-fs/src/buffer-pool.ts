const LARGE_BYTES = 256 * 1024;
/** Uploads beyond this many get small buffers, so that a crowd of slow clients costs little memory. */
const LARGE_BUFFERS = 64;
const SMALL_BYTES = 32 * 1024;
const IDLE_BUFFERS = 16;

/** A pool of reused buffers: uploads come and go faster than the garbage collector returns their memory. */
export class BufferPool {
  readonly #idle: Buffer[] = [];
  #largeBuffers = 0;

  take(): Buffer {
    if (this.#largeBuffers >= LARGE_BUFFERS) return Buffer.allocUnsafeSlow(SMALL_BYTES);
    this.#largeBuffers++;
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
  }

  /** Nobody may read or write it afterwards. */
  give(buffer: Buffer): void {
    const isLarge = buffer.byteLength === LARGE_BYTES;
    if (isLarge) this.#largeBuffers--;
    if (isLarge && this.#idle.length < IDLE_BUFFERS) this.#idle.push(buffer);
    // The garbage collector would keep it for long, because it only takes a few bytes of the heap.
    else if (buffer.buffer instanceof ArrayBuffer) buffer.buffer.transfer(0);
  }
}
