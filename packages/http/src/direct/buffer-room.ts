const KIB = 1024;
/** A reader that keeps up gets larger buffers, which cost the system fewer turns. */
const SIZES = [32 * KIB, 128 * KIB, 512 * KIB, 1024 * KIB] as const;
const [SMALLEST] = SIZES;
/** Kept for the next downloads when unused. */
const MOST_IDLE_BYTES = 16 * 1024 * KIB;

/**
 * Memory for the buffers of downloads. The smallest are always available; larger ones while there is room. Buffers are
 * reused: collecting a few for each range of a file would cost more than sending it.
 */
export class BufferRoom {
  readonly #totalBytes: number;
  readonly #idle: Buffer[] = [];
  #takenBytes = 0;
  #idleBytes = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /**
   * Kept for the next downloads. Together with what downloads hold beyond their smallest buffers, never more than the
   * limit.
   */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  open(): DownloadBuffers {
    return new DownloadBuffers({
      reserve: (count) => this.#reserve(count),
      unreserve: (count) => (this.#takenBytes -= count),
      take: (sizeBytes) => this.#take(sizeBytes),
      give: (buffer) => this.#give(buffer),
    });
  }

  #reserve(count: number): boolean {
    if (this.#takenBytes + count > this.#totalBytes) return false;
    this.#takenBytes += count;
    while (this.#takenBytes + this.#idleBytes > this.#totalBytes) this.#drop(this.#takeIdle(0));
    return true;
  }

  #take(sizeBytes: number): Buffer {
    const at = this.#idle.findIndex((buffer) => buffer.byteLength === sizeBytes);
    // Separate memory: a pooled buffer would share its memory with others.
    return at === -1 ? Buffer.allocUnsafeSlow(sizeBytes) : this.#takeIdle(at);
  }

  #takeIdle(at: number): Buffer {
    const [buffer = Buffer.alloc(0)] = this.#idle.splice(at, 1);
    this.#idleBytes -= buffer.byteLength;
    return buffer;
  }

  #give(buffer: Buffer): void {
    const idleBytes = this.#idleBytes + buffer.byteLength;
    if (idleBytes > MOST_IDLE_BYTES || this.#takenBytes + idleBytes > this.#totalBytes) return this.#drop(buffer);
    this.#idle.push(buffer);
    this.#idleBytes = idleBytes;
  }

  /** The garbage collector would keep it for long, because it only takes a few bytes of the heap. */
  #drop(buffer: Buffer): void {
    if (buffer.buffer instanceof ArrayBuffer) buffer.buffer.transfer(0);
  }
}

interface Room {
  reserve(count: number): boolean;
  unreserve(count: number): void;
  take(sizeBytes: number): Buffer;
  give(buffer: Buffer): void;
}

/** The two buffers of one download, and their currently allowed size. */
export class DownloadBuffers {
  readonly #room: Room;
  #sizeBytes: number = SMALLEST;
  #reservedBytes = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** For a reader that read everything at once. */
  grow(): void {
    const larger = SIZES.find((size) => size > this.#sizeBytes);
    if (larger === undefined) return;
    const more = 2 * larger - this.#reservedBytes;
    if (!this.#room.reserve(more)) return;
    this.#reservedBytes += more;
    this.#sizeBytes = larger;
  }

  /**
   * A buffer as large as currently allowed, or as `wantedBytes` requires. `free` is a buffer of this download that
   * nobody reads or writes any more: it is reused if it is large enough.
   */
  take(wantedBytes: number, free: Buffer | undefined): Buffer {
    const sizeBytes = SIZES.find((size) => size >= Math.min(wantedBytes, this.#sizeBytes)) ?? this.#sizeBytes;
    if (free !== undefined && free.byteLength >= sizeBytes) return free;
    this.give(free);
    return this.#room.take(sizeBytes);
  }

  /** Gives the buffer to other downloads; nobody may read or write it afterwards. */
  give(buffer: Buffer | undefined): void {
    if (buffer !== undefined) this.#room.give(buffer);
  }

  /** Call when the download is over. */
  release(): void {
    this.#room.unreserve(this.#reservedBytes);
    this.#reservedBytes = 0;
  }
}
