import type { WhirlpoolEngine } from "./engine.ts";
import { layConstants, simdMemory } from "./simd-memory.ts";
import { buildSimdProgram } from "./simd-program.ts";
import { BLOCK_BYTES } from "./specification.ts";

type Run = (start: number, end: number) => void;

/** The parts of WebAssembly that are used here; its types only come with those of browsers. */
interface WebAssemblyRuntime {
  instantiate(program: Uint8Array): Promise<{ instance: { exports: { memory: { buffer: ArrayBuffer }; run: Run } } }>;
}

/** Undefined if the runtime cannot run it or does not allow it. */
export async function compileSimdEngine(kind: "relaxed-simd" | "simd"): Promise<WhirlpoolEngine | undefined> {
  const { WebAssembly: runtime } = globalThis as unknown as { WebAssembly?: WebAssemblyRuntime };
  try {
    const compiled = await runtime?.instantiate(buildSimdProgram(kind === "relaxed-simd"));
    if (compiled === undefined) return undefined;
    const { memory, run } = compiled.instance.exports;
    return new SimdEngine(kind, new Uint8Array(memory.buffer), run);
  } catch {
    // A runtime without these instructions, or a Content-Security-Policy without 'wasm-unsafe-eval'.
    return undefined;
  }
}

class SimdEngine implements WhirlpoolEngine {
  readonly kind: "relaxed-simd" | "simd";
  readonly #memory: Uint8Array;
  readonly #hash: Uint8Array;
  readonly #run: Run;

  constructor(kind: "relaxed-simd" | "simd", memory: Uint8Array, run: Run) {
    this.kind = kind;
    this.#memory = memory;
    this.#memory.set(layConstants());
    this.#hash = this.#memory.subarray(simdMemory.hashAt, simdMemory.hashAt + BLOCK_BYTES);
    this.#run = run;
  }

  compress(hash: Uint8Array, bytes: Uint8Array, offset: number, count: number): void {
    this.#hash.set(hash);
    const end = offset + count * BLOCK_BYTES;
    const pieceBytes = simdMemory.maxBlocks * BLOCK_BYTES;
    for (let at = offset; at < end; at += pieceBytes) {
      const piece = bytes.subarray(at, Math.min(end, at + pieceBytes));
      this.#memory.set(piece, simdMemory.blocksAt);
      this.#run(simdMemory.blocksAt, simdMemory.blocksAt + piece.byteLength);
    }
    hash.set(this.#hash);
  }
}
