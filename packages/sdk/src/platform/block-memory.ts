/** Alignment for writing to a disk without its cache: no file system asks for more. */
export const ALIGNED_BYTES = 4096;
export const BLOCK_BYTES = 4 * 1024 * 1024;
/** For all downloads of this process: few enough for the command line to stay below 150 MiB. */
const MOST_BLOCKS = 6;
const WASM_PAGE_BYTES = 64 * 1024;

/** The parts of WebAssembly that are used here; its types come only with those of browsers. */
interface WebAssemblyRuntime {
  Memory: new (descriptor: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
}

/** Page-aligned memory, so that a disk may take bytes straight from it. It is reused. */
class BlockMemory {
  readonly #idle: Uint8Array<ArrayBuffer>[] = [];
  readonly #aligned = new WeakSet<ArrayBufferLike>();
  #blocks = 0;

  /** Undefined if all are in use. Give it back with `give`. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#blocks === MOST_BLOCKS) return idle;
    this.#blocks += 1;
    return this.#make();
  }

  /** It must not be read or written any more. */
  give(block: Uint8Array<ArrayBuffer>): void {
    this.#idle.push(block);
  }

  /** Whether the bytes are in such memory, and begin and end at aligned positions. */
  isAligned({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    return this.#aligned.has(buffer) && byteOffset % ALIGNED_BYTES === 0 && byteLength % ALIGNED_BYTES === 0;
  }

  /** The only page-aligned memory that a script can get is that of WebAssembly. */
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
