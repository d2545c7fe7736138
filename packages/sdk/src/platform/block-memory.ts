/** What a disk may be written in without its cache: no file system asks for more. */
export const ALIGNED_BYTES = 4096;
export const BLOCK_BYTES = 4 * 1024 * 1024;
/** Of all downloads of this process: few enough for the command line to stay below 150 MiB. */
const MOST_BLOCKS = 6;
const WASM_PAGE_BYTES = 64 * 1024;

/** What is used of WebAssembly; its types come with those of browsers only. */
interface WebAssemblyRuntime {
  Memory: new (descriptor: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
}

/** Memory that begins where a page does, so that a disk may take bytes straight from it. It is used again and again. */
class BlockMemory {
  readonly #idle: Uint8Array<ArrayBuffer>[] = [];
  readonly #aligned = new WeakSet<ArrayBufferLike>();
  #madeBlocks = 0;

  /** Undefined when all are in use. Give it back. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#madeBlocks === MOST_BLOCKS) return idle;
    this.#madeBlocks += 1;
    return this.#make();
  }

  /** Nobody may read or write it any more. */
  give(block: Uint8Array<ArrayBuffer>): void {
    this.#idle.push(block);
  }

  /** Whether the bytes begin and end at such places of such memory. */
  isAligned({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    return this.#aligned.has(buffer) && byteOffset % ALIGNED_BYTES === 0 && byteLength % ALIGNED_BYTES === 0;
  }

  /** The only memory a script can get that begins at a page: that of WebAssembly. */
  #make(): Uint8Array<ArrayBuffer> {
    const pages = BLOCK_BYTES / WASM_PAGE_BYTES;
    try {
      const { WebAssembly: runtime } = globalThis as unknown as { WebAssembly?: WebAssemblyRuntime };
      if (runtime === undefined) return new Uint8Array(BLOCK_BYTES);
      const { buffer } = new runtime.Memory({ initial: pages, maximum: pages });
      this.#aligned.add(buffer);
      return new Uint8Array(buffer);
    } catch (error) {
      // It takes address space, which `ulimit -v` may not leave.
      if (!(error instanceof RangeError)) throw error;
      return new Uint8Array(BLOCK_BYTES);
    }
  }
}

export const blockMemory = new BlockMemory();
