import { blockMemory } from "../platform/block-memory.ts";
import type { Blocks } from "./blocks.ts";
import type { PieceWriter } from "./piece-writer.ts";
import type { Span } from "./span-set.ts";

interface Filling {
  span: Span;
  memory: Uint8Array<ArrayBuffer>;
  filledBytes: number;
}

/**
 * Collects the chunks of one connection into blocks. Bytes that do not make a whole block, or for which there is no
 * memory, are written as they arrive.
 */
export class BlockWriter {
  readonly #blocks: Blocks | undefined;
  readonly #writer: PieceWriter;
  #position = 0;
  #end = 0;
  #filling: Filling | undefined;

  /** @param blocks undefined if everything is to be written as it arrives */
  constructor(blocks: Blocks | undefined, writer: PieceWriter) {
    this.#blocks = blocks;
    this.#writer = writer;
  }

  /** Where the next bytes should be put; undefined if that does not matter. */
  get memory(): Uint8Array | undefined {
    const filling = this.#filling;
    return filling?.memory.subarray(filling.filledBytes, filling.span[1] - filling.span[0]);
  }

  /** @param span the bytes that the following chunks make up */
  async begin([start, end]: Span): Promise<void> {
    this.#position = start;
    this.#end = end;
    this.#writer.begin(start);
    await this.#takeBlock();
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength;) {
      const rest = chunk.subarray(at);
      at += this.#filling === undefined ? await this.#writeThrough(rest) : await this.#fill(this.#filling, rest);
    }
  }

  /** Writes what has arrived of an incomplete block. */
  async flush(): Promise<void> {
    const filling = this.#filling;
    if (filling !== undefined) await this.#writer.write(filling.memory.subarray(0, filling.filledBytes));
    this.drop();
    await this.#writer.flush();
  }

  /** Gives its memory back. */
  drop(): void {
    const filling = this.#filling;
    this.#filling = undefined;
    if (filling === undefined) return;
    this.#blocks?.hold(-filling.filledBytes);
    blockMemory.give(filling.memory);
  }

  async #fill(filling: Filling, bytes: Uint8Array): Promise<number> {
    const { memory, span } = filling;
    const taken = bytes.subarray(0, span[1] - span[0] - filling.filledBytes);
    const place = memory.byteOffset + filling.filledBytes;
    const isInPlace = taken.buffer === memory.buffer && taken.byteOffset === place;
    if (!isInPlace) memory.set(taken, filling.filledBytes);
    filling.filledBytes += taken.byteLength;
    this.#blocks?.hold(taken.byteLength);
    if (filling.filledBytes === span[1] - span[0]) {
      this.#filling = undefined;
      this.#position = span[1];
      this.#blocks?.put(span, memory);
      await this.#takeBlock();
    }
    return taken.byteLength;
  }

  /** Up to where the next block begins. */
  async #writeThrough(bytes: Uint8Array): Promise<number> {
    const until = this.#blocks?.spanAt(this.#position)[1] ?? Infinity;
    const taken = bytes.subarray(0, until - this.#position);
    await this.#writer.write(taken);
    this.#position += taken.byteLength;
    if (this.#position === until) await this.#takeBlock();
    return taken.byteLength;
  }

  /** Memory for the block that begins here, if all of it will arrive. */
  async #takeBlock(): Promise<void> {
    const span = this.#blocks?.spanAt(this.#position);
    const isWhole = span !== undefined && span[0] === this.#position && span[1] <= this.#end && span[0] < span[1];
    const memory = isWhole ? await this.#blocks?.take() : undefined;
    await this.#writer.flush();
    this.#writer.begin(this.#position);
    if (span !== undefined && memory !== undefined) this.#filling = { span, memory, filledBytes: 0 };
  }
}
