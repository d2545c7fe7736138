const KIB = 1024;
/** A reader that keeps up gets larger ones, which cost the system fewer turns. */
const SIZES = [32 * KIB, 128 * KIB, 512 * KIB, 1024 * KIB] as const;
const [SMALLEST] = SIZES;

/** Memory for the buffers of downloads. The smallest are always there; larger ones as long as there is room. */
export class BufferRoom {
  readonly #totalBytes: number;
  #takenBytes = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  open(): DownloadBuffers {
    return new DownloadBuffers({
      take: (count) => {
        if (this.#takenBytes + count > this.#totalBytes) return false;
        this.#takenBytes += count;
        return true;
      },
      give: (count) => (this.#takenBytes -= count),
    });
  }
}

/** How large the two buffers of one download may be right now. */
export class DownloadBuffers {
  readonly #room: { take(count: number): boolean; give(count: number): void };
  #sizeBytes: number = SMALLEST;
  #takenBytes = 0;

  constructor(room: { take(count: number): boolean; give(count: number): void }) {
    this.#room = room;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** For a reader that took what it was sent at once. */
  grow(): void {
    const larger = SIZES.find((size) => size > this.#sizeBytes);
    if (larger === undefined) return;
    const more = 2 * larger - this.#takenBytes;
    if (!this.#room.take(more)) return;
    this.#takenBytes += more;
    this.#sizeBytes = larger;
  }

  release(): void {
    this.#room.give(this.#takenBytes);
    this.#takenBytes = 0;
  }
}
