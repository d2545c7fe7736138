/**
 * Loaded before a server: it computes no Whirlpool any more, but a word that is as long and costs nothing. What is left is
 * the way of the bytes.
 */
import { syncBuiltinESMExports } from "node:module";
import threads, { isMainThread, type WorkerOptions } from "node:worker_threads";

interface Compiled {
  instance: { exports: { memory: { buffer: ArrayBuffer }; run: (start: number, end: number) => void } };
}

const HASH_BYTES = 64;
const MIXED_BYTES = 8;

if (isMainThread) {
  class WithoutWhirlpool extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions) {
      super(file, options.name === "whirlpool" ? { ...options, execArgv: ["--import", import.meta.url] } : options);
    }
  }
  Object.assign(threads, { Worker: WithoutWhirlpool });
  syncBuiltinESMExports();
} else {
  const { WebAssembly: runtime } = globalThis as unknown as {
    WebAssembly: { instantiate(code: Uint8Array): Promise<Compiled> };
  };
  const instantiate = runtime.instantiate.bind(runtime);
  runtime.instantiate = async (code) => {
    const { memory } = (await instantiate(code)).instance.exports;
    return { instance: { exports: { memory, run: (start) => mix(new Uint8Array(memory.buffer), start) } } };
  };
}

/** The hash lies before the blocks. Contents that differ at the beginning of a piece get different ones. */
function mix(bytes: Uint8Array, start: number): void {
  for (let at = start; at < start + MIXED_BYTES; at += 1) {
    bytes[at - HASH_BYTES] = (bytes[at - HASH_BYTES] ?? 0) ^ (bytes[at] ?? 0);
  }
}
