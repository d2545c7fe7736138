/**
 * Loaded before a server, to replace its Whirlpool with a cheap value of the same length. What remains is the cost of
 * moving the bytes.
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

/** Keeps the hash in front of the blocks. Contents that differ at the start of a piece get different hashes. */
function mix(bytes: Uint8Array, start: number): void {
  for (let at = start; at < start + MIXED_BYTES; at += 1) {
    bytes[at - HASH_BYTES] = (bytes[at - HASH_BYTES] ?? 0) ^ (bytes[at] ?? 0);
  }
}
