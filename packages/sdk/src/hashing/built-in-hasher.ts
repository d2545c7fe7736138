import { platform } from "#platform";
import type { HasherFactory, RunningHash } from "./hasher.ts";
import { Whirlpool } from "./whirlpool.ts";

/** The part of a hash implementation that all three kinds share. */
interface Digester {
  update(chunk: Uint8Array): unknown;
  digest(): string;
}

/**
 * The hasher a client uses unless it is given one: OpenSSL's Whirlpool where the process has it (Node started with
 * `--openssl-legacy-provider`), else WebAssembly, else plain arithmetic where a page forbids WebAssembly. The digests
 * are the same, the speeds are not: docs/decisions/0010.
 */
export function createBuiltInHasher(): HasherFactory {
  const native = platform.nativeWhirlpool;
  return { start: () => new BuiltInHash(native === undefined ? startPortable : async () => native()) };
}

class BuiltInHash implements RunningHash {
  readonly #start: () => Promise<Digester>;
  #digester: Digester | undefined;

  constructor(start: () => Promise<Digester>) {
    this.#start = start;
  }

  update(chunk: Uint8Array): void | Promise<void> {
    if (this.#digester === undefined) return this.#startWith(chunk);
    this.#digester.update(chunk);
  }

  async digest(): Promise<string> {
    this.#digester ??= await this.#start();
    return this.#digester.digest();
  }

  abort(): void {
    this.#digester = undefined;
  }

  async #startWith(chunk: Uint8Array): Promise<void> {
    this.#digester = await this.#start();
    this.#digester.update(chunk);
  }
}

async function startPortable(): Promise<Digester> {
  if (!("WebAssembly" in globalThis)) return new Whirlpool();
  try {
    const { createWhirlpool } = await import("hash-wasm");
    return (await createWhirlpool()).init();
  } catch {
    // A Content-Security-Policy without 'wasm-unsafe-eval' refuses to compile it.
    return new Whirlpool();
  }
}
