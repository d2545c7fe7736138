import type { WriteBuffers } from "./write-behind.ts";

export const PAGE_BUFFER_BYTES = 512 * 1024;
/** Two for each of as many files or parts at once; others are written through the cache of the operating system. */
const BUFFERS = 16;
const WASM_PAGE_BYTES = 64 * 1024;

/** Two buffers of `PageBuffers`, one of which may be filled while the other is written. */
export class BufferPair implements WriteBuffers {
  readonly #idle: Buffer[];

  constructor(first: Buffer, second: Buffer) {
    this.#idle = [first, second];
  }

  take(): Buffer {
    const buffer = this.#idle.pop();
    if (buffer === undefined) throw new Error("A pair has no third buffer.");
    return buffer;
  }

  give(buffer: Buffer): void {
    this.#idle.push(buffer);
  }
}

/**
 * Page-aligned memory, which writes that bypass the operating system's cache need. Node shows no addresses, but
 * the memory of WebAssembly is certainly aligned. Pages that were never used take no room.
 */
export class PageBuffers {
  #idle: BufferPair[] | undefined;

  /** Undefined when all are in use, or the process gets no such memory. */
  take(): BufferPair | undefined {
    this.#idle ??= makePairs();
    return this.#idle.pop();
  }

  /** With both buffers in it. */
  give(pair: BufferPair): void {
    this.#idle?.push(pair);
  }
}

/** What is used of WebAssembly; its types come with those of browsers only. */
interface WebAssemblyRuntime {
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
}

function makeMemory(pages: number): ArrayBuffer | undefined {
  const { WebAssembly: runtime } = globalThis as unknown as { WebAssembly?: WebAssemblyRuntime };
  try {
    return runtime && new runtime.Memory({ initial: pages, maximum: pages }).buffer;
  } catch {
    // Where the address space of the process is bounded.
    return undefined;
  }
}

function makePairs(): BufferPair[] {
  const pages = (BUFFERS * PAGE_BUFFER_BYTES) / WASM_PAGE_BYTES;
  const memory = makeMemory(pages);
  if (memory === undefined) return [];
  const bufferAt = (at: number) => Buffer.from(memory, at * PAGE_BUFFER_BYTES, PAGE_BUFFER_BYTES);
  return Array.from({ length: BUFFERS / 2 }, (_, at) => new BufferPair(bufferAt(2 * at), bufferAt(2 * at + 1)));
}
