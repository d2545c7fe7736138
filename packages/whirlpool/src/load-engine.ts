import type { WhirlpoolEngine } from "./engine.ts";
import { PlainEngine } from "./plain-engine.ts";
import { compileSimdEngine } from "./simd-engine.ts";

let loading: Promise<WhirlpoolEngine> | undefined;

/**
 * The fastest engine of this runtime, created once per thread: WebAssembly with 128-bit vectors, or plain arithmetic if
 * the runtime has none or the page's Content-Security-Policy forbids WebAssembly.
 */
export function loadEngine(): Promise<WhirlpoolEngine> {
  loading ??= chooseEngine();
  return loading;
}

async function chooseEngine(): Promise<WhirlpoolEngine> {
  return (await compileSimdEngine("relaxed-simd")) ?? (await compileSimdEngine("simd")) ?? new PlainEngine();
}
