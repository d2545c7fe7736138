import { blockMemory, BLOCK_BYTES } from "../platform/block-memory.ts";
import type { Span } from "./span-set.ts";

/** Verified and written at the same time: the runtime has four threads, and one is left for others. */
const MOST_AT_ONCE = 3;

/** How many bytes come into memory between two progress reports. */
const TOLD_BYTES = 512 * 1024;

type Block = Uint8Array<ArrayBuffer>;

export interface BlocksOptions {
  /** Bytes of each block but the last. */
  blockBytes: number;
  fileBytes: number;
  /** Whether these are the right bytes; they are dropped otherwise. */
  isRight: (span: Span, bytes: Block) => Promise<boolean>;
  write: (span: Span, bytes: Block) => Promise<void>;
  /** Called when they are in the file. */
  onWritten: (span: Span) => Promise<void>;
  /** Called when more bytes have come into memory. */
  onHeld: () => void;
}

/**
 * Blocks of a file that arrive whole in memory: each is verified there, and only correct ones are written to the file.
 */
export class Blocks {
  readonly #options: BlocksOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #failure: { error: unknown } | undefined;
  #heldBytes = 0;

  constructor(options: BlocksOptions) {
    this.#options = options;
  }

  /** Bytes that are only in memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Adds, or with a negative number removes, bytes that are in the memory of those who fill blocks. */
  hold(byteCount: number): void {
    const steps = Math.floor(this.#heldBytes / TOLD_BYTES);
    this.#heldBytes += byteCount;
    if (byteCount > 0 && Math.floor(this.#heldBytes / TOLD_BYTES) !== steps) this.#options.onHeld();
  }

  /** The block that a byte of the file belongs to. */
  spanAt(position: number): Span {
    const { blockBytes, fileBytes } = this.#options;
    const start = position - (position % blockBytes);
    return [start, Math.min(fileBytes, start + blockBytes)];
  }

  /**
   * Memory for a block; undefined if others have all of it. Waits only for blocks of this very file, which finish
   * whatever others do.
   * @throws the error of an earlier block
   */
  async take(): Promise<Block | undefined> {
    for (;;) {
      this.#throwFailure();
      const block = this.#options.blockBytes > BLOCK_BYTES ? undefined : blockMemory.take();
      if (block !== undefined || this.#running.size === 0) return block;
      await Promise.race(this.#running);
    }
  }

  /** Verifies and writes a full block, and gives its memory back; returns at once. */
  put(span: Span, block: Block): void {
    this.#waiting.push(() => this.#finish(span, block));
    this.#goOn();
  }

  /** Resolves when no block is left. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** As `settle`. @throws the error of a block */
  async drain(): Promise<void> {
    await this.settle();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #goOn(): void {
    while (this.#running.size < MOST_AT_ONCE) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      const running = work()
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => {
          this.#running.delete(running);
          this.#goOn();
        });
      this.#running.add(running);
    }
  }

  async #finish(span: Span, block: Block): Promise<void> {
    const { isRight, write, onWritten } = this.#options;
    const bytes = block.subarray(0, span[1] - span[0]);
    let isWritten = false;
    try {
      if (await isRight(span, bytes)) {
        await write(span, bytes);
        isWritten = true;
      }
    } finally {
      this.#heldBytes -= bytes.byteLength;
      blockMemory.give(block);
    }
    if (isWritten) await onWritten(span);
  }
}
