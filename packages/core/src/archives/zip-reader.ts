import { crc32 } from "node:zlib";
import type { BlobReader, ByteSource } from "../ports/blob-store.ts";
import { dataDescriptor, directoryEnd, directoryEntry, localHeader, type ZipMember } from "./zip-format.ts";

export type Piece = Uint8Array | Pick<BlobReader, "read">;

export interface ListedMember {
  readonly path: string;
  /** As passed to `member`. */
  readonly checksum: Uint8Array;
}

const BLOCK_BYTES = 65_536;
const CHECKSUM_BYTES = 64;
/** Size of a central directory entry before its name. */
const ENTRY_HEAD_BYTES = 46;

/**
 * Creates a zip archive from members that arrive one after the other. What the central directory needs is kept in byte
 * blocks: about 16 MB for 100,000 members, where as many objects would take several times that.
 */
export class ZipPieces {
  readonly #blocks: Buffer[] = [];
  #usedInLast = BLOCK_BYTES;
  #count = 0;
  #offset = 0;
  #indexBytes = 0;
  #directoryBytes = 0;

  /** Everything that grows with the number of members. */
  get indexBytes(): number {
    return this.#indexBytes;
  }

  /**
   * @param reader not closed here; undefined for a folder
   * @param checksum 64 bytes that `listed` returns
   * @throws when the reader does not yield `sizeBytes` bytes: the archive cannot continue then
   */
  async *member(
    member: ZipMember,
    reader: Pick<BlobReader, "read"> | undefined,
    checksum?: Uint8Array,
  ): AsyncGenerator<Piece> {
    const offset = this.#offset;
    yield this.#counted(localHeader(member));
    let [crc, sizeBytes] = [0, 0];
    if (reader !== undefined) {
      yield {
        read: async (buffer) => {
          const count = await reader.read(buffer);
          crc = crc32(buffer.subarray(0, count), crc);
          sizeBytes += count;
          return count;
        },
      };
    }
    if (sizeBytes !== member.sizeBytes)
      throw new Error(`A member of an archive has ${sizeBytes} bytes instead of ${member.sizeBytes}.`);
    this.#offset += sizeBytes;
    yield this.#counted(dataDescriptor(sizeBytes, crc));
    this.#keep(checksum, directoryEntry(member, { crc, offset }));
  }

  /** The members that came with a checksum. */
  *listed(): Generator<ListedMember> {
    for (const { checksum, entry } of this.#records()) {
      if (checksum.every((byte) => byte === 0)) continue;
      const path = entry.toString("utf8", ENTRY_HEAD_BYTES, ENTRY_HEAD_BYTES + entry.readUInt16LE(28));
      yield { path, checksum };
    }
  }

  /** Ends the archive: without this, programs that open it see that it is incomplete. */
  async *end(): AsyncGenerator<Piece> {
    const directory = { count: this.#count, bytes: this.#directoryBytes, offset: this.#offset };
    for (const { entry } of this.#records()) yield entry;
    yield directoryEnd(directory);
  }

  #counted(record: Uint8Array): Uint8Array {
    this.#offset += record.length;
    return record;
  }

  #keep(checksum: Uint8Array | undefined, entry: Uint8Array): void {
    const bytes = CHECKSUM_BYTES + entry.length;
    if (this.#usedInLast + bytes > (this.#blocks.at(-1)?.length ?? 0)) {
      this.#blocks.push(Buffer.alloc(Math.max(BLOCK_BYTES, bytes)));
      this.#usedInLast = 0;
    }
    const block = this.#blocks.at(-1);
    if (checksum !== undefined) block?.set(checksum, this.#usedInLast);
    block?.set(entry, this.#usedInLast + CHECKSUM_BYTES);
    this.#usedInLast += bytes;
    this.#count += 1;
    this.#indexBytes += bytes;
    this.#directoryBytes += entry.length;
  }

  *#records(): Generator<{ checksum: Buffer; entry: Buffer }> {
    for (const block of this.#blocks) {
      for (let at = 0; ;) {
        const begin = at + CHECKSUM_BYTES;
        // The rest of a block is empty, and no entry begins with a zero.
        if (begin + ENTRY_HEAD_BYTES > block.length || block[begin] === 0) break;
        const end = begin + ENTRY_HEAD_BYTES + block.readUInt16LE(begin + 28) + block.readUInt16LE(begin + 30);
        yield { checksum: block.subarray(at, begin), entry: block.subarray(begin, end) };
        at = end;
      }
    }
  }
}

/** Presents pieces as one source of bytes; a buffer is filled completely before it is returned. */
export class PieceReader implements ByteSource {
  readonly #pieces: AsyncGenerator<Piece>;
  #current: Piece | undefined;

  constructor(pieces: AsyncGenerator<Piece>) {
    this.#pieces = pieces;
  }

  async read(buffer: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < buffer.length) {
      this.#current ??= await this.#next();
      if (this.#current === undefined) return filled;
      const room = buffer.subarray(filled);
      filled += "length" in this.#current ? this.#copy(this.#current, room) : await this.#readOn(this.#current, room);
    }
    return filled;
  }

  /** Ends the generator, which closes what it has open. */
  async close(): Promise<void> {
    this.#current = undefined;
    await this.#pieces.return(undefined);
  }

  async #next(): Promise<Piece | undefined> {
    const next = await this.#pieces.next();
    return next.done === true ? undefined : next.value;
  }

  #copy(bytes: Uint8Array, room: Uint8Array): number {
    const part = bytes.subarray(0, room.length);
    room.set(part);
    this.#current = part.length === bytes.length ? undefined : bytes.subarray(part.length);
    return part.length;
  }

  async #readOn(source: Pick<BlobReader, "read">, room: Uint8Array): Promise<number> {
    const count = await source.read(room);
    if (count === 0) this.#current = undefined;
    return count;
  }
}

/** Makes a source of bytes that are already in memory. */
export function readerOf(bytes: Uint8Array): Pick<BlobReader, "read"> {
  let at = 0;
  return {
    read: async (buffer) => {
      const part = bytes.subarray(at, at + buffer.length);
      buffer.set(part);
      at += part.length;
      return part.length;
    },
  };
}
