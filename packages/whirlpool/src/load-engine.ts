import type { WhirlpoolEngine } from "./engine.ts";
import { PlainEngine } from "./plain-engine.ts";
import { compileSimdEngine } from "./simd-engine.ts";

let loading: Promise<WhirlpoolEngine> | undefined;

/**
 * The fastest engine of this runtime, made once for each thread: WebAssembly with vectors of 128 bits, or plain
 * arithmetic where a runtime has none or a page's Content-Security-Policy forbids WebAssembly.
 */
export function loadEngine(): Promise<WhirlpoolEngine> {
  loading ??= chooseEngine();
  return loading;
}

async function chooseEngine(): Promise<WhirlpoolEngine> {
  return (await compileSimdEngine("relaxed-simd")) ?? (await compileSimdEngine("simd")) ?? new PlainEngine();
}
