import { PlainEngine, Whirlpool } from "@consigne/whirlpool/plain";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Algorithm } from "./digest-worker-handle.ts";

interface Asked {
  id: number;
  bytes: ArrayBuffer;
  algorithm: Algorithm;
}

addEventListener("message", ({ data: { id, bytes, algorithm } }: MessageEvent<Asked>) => {
  const content = new Uint8Array(bytes);
  postMessage({ id, digest: algorithm === "sha256" ? sha256(content) : whirlpool(content) });
});

/** Without WebAssembly, which the page's policy does not allow. */
function whirlpool(content: Uint8Array): Uint8Array {
  const hash = new Whirlpool(new PlainEngine());
  hash.update(content);
  return Uint8Array.from(hash.digest().match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
