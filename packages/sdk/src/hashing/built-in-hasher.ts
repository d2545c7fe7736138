import type { Whirlpool } from "@consigne/whirlpool";
import type { HasherFactory, RunningHash } from "./hasher.ts";

/**
 * The hasher that a client uses by default. It computes in the calling thread: with vector instructions of WebAssembly
 * if the runtime has them and the page allows them, else with plain arithmetic.
 */
export function createBuiltInHasher(): HasherFactory {
  return { start: () => new BuiltInHash() };
}

class BuiltInHash implements RunningHash {
  #hash: Whirlpool | undefined;

  update(chunk: Uint8Array): void | Promise<void> {
    if (this.#hash === undefined) return this.#startWith(chunk);
    this.#hash.update(chunk);
  }

  async digest(): Promise<string> {
    this.#hash ??= await begin();
    return this.#hash.digest();
  }

  abort(): void {
    this.#hash = undefined;
  }

  async #startWith(chunk: Uint8Array): Promise<void> {
    this.#hash = await begin();
    this.#hash.update(chunk);
  }
}

/** Loaded on first use: a page that only lists files does not need it. */
async function begin(): Promise<Whirlpool> {
  const { loadEngine, Whirlpool: Hash } = await import("@consigne/whirlpool");
  return new Hash(await loadEngine());
}
