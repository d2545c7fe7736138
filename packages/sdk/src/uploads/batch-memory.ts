const MIB = 1024 ** 2;
/** Of all batches of one client that are in memory at a time: one is on its way, and the next one is read. */
const HELD_BYTES = 16 * MIB;
/** Batches are of nearly the same size: so memory of one serves the next. */
const STEP_BYTES = MIB / 2;

/** Memory for batches, which is used again and again; who finds no room waits for somebody else's. */
export class BatchMemory {
  #heldBytes = 0;
  #idle: Uint8Array<ArrayBuffer>[] = [];
  readonly #waiting: (() => void)[] = [];

  /** At least so many bytes, with whatever lies there from before. One alone may have more than there is for all. Give it back. */
  async take(sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const wantedBytes = Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES;
    while (this.#heldBytes > 0 && this.#heldBytes + wantedBytes > HELD_BYTES)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const at = this.#idle.findIndex(({ byteLength }) => byteLength === wantedBytes);
    const [idle] = at === -1 ? [] : this.#idle.splice(at, 1);
    // What others may have had for batches of another size is left to the collector.
    if (idle === undefined) this.#idle = [];
    this.#heldBytes += wantedBytes;
    return idle ?? new Uint8Array(wantedBytes);
  }

  /** Nobody may read or write it any more. */
  give(memory: Uint8Array<ArrayBuffer>): void {
    this.#heldBytes -= memory.byteLength;
    // A client that sends no more batches keeps one of them at most.
    this.#idle = this.#heldBytes === 0 ? [memory] : [...this.#idle, memory];
    // Each looks again whether it is enough.
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
