const MIB = 1024 ** 2;
/** For all batches of one client in memory at a time: one is being sent, and the next one is read. */
const HELD_BYTES = 16 * MIB;
/** Batches have nearly the same size, so memory of one serves the next. */
const STEP_BYTES = MIB / 2;

/** Memory for batches, which is reused; a batch that finds no room waits for others to finish. */
export class BatchMemory {
  #heldBytes = 0;
  #idle: Uint8Array<ArrayBuffer>[] = [];
  readonly #waiting: (() => void)[] = [];

  /**
   * At least this many bytes, with whatever was there before. A single batch may have more than the total. Give it back
   * with `give`.
   */
  async take(sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const wantedBytes = Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES;
    while (this.#heldBytes > 0 && this.#heldBytes + wantedBytes > HELD_BYTES)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const at = this.#idle.findIndex(({ byteLength }) => byteLength === wantedBytes);
    const [idle] = at === -1 ? [] : this.#idle.splice(at, 1);
    // Memory for batches of other sizes is left to the garbage collector.
    if (idle === undefined) this.#idle = [];
    this.#heldBytes += wantedBytes;
    return idle ?? new Uint8Array(wantedBytes);
  }

  /** It must not be read or written any more. */
  give(memory: Uint8Array<ArrayBuffer>): void {
    this.#heldBytes -= memory.byteLength;
    // A client that sends no more batches keeps memory for one at most.
    this.#idle = this.#heldBytes === 0 ? [memory] : [...this.#idle, memory];
    // Each checks again whether there is enough.
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
