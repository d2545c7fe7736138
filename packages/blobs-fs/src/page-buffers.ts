import type { WriteBuffers } from "./write-behind.ts";

export const PAGE_BUFFER_BYTES = 512 * 1024;
/** Two for each of several files or parts at once; others are written through the operating system's cache. */
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
 * Page-aligned memory, which is needed for writes that bypass the operating system's cache. Node shows no addresses,
 * but the memory of WebAssembly is certainly aligned. Unused pages take no memory.
 */
export class PageBuffers {
  #idle: BufferPair[] | undefined;

  /** Undefined if all are in use, or the process gets no such memory. */
  take(): BufferPair | undefined {
    this.#idle ??= makePairs();
    return this.#idle.pop();
  }

  /** Takes the pair with both buffers in it. */
  give(pair: BufferPair): void {
    this.#idle?.push(pair);
  }
}

/** The part of WebAssembly that is used; its types only come with those of browsers. */
interface WebAssemblyRuntime {
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
}

function makeMemory(pages: number): ArrayBuffer | undefined {
  const { WebAssembly: runtime } = globalThis as unknown as { WebAssembly?: WebAssemblyRuntime };
  try {
    return runtime && new runtime.Memory({ initial: pages, maximum: pages }).buffer;
  } catch {
    // If the address space of the process is limited.
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
