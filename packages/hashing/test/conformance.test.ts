import { describe } from "node:test";
import { contentHasherSuite } from "@consigne/core/testing";
import { createWhirlpoolHasher } from "../src/index.ts";
import { hasOpenSslWhirlpool } from "../src/whirlpool-backend.ts";

async function open(backend: "openssl" | "wasm", workers: number) {
  const hasher = await createWhirlpoolHasher({ backend, workers });
  return { hasher, close: () => hasher.close() };
}

contentHasherSuite("Whirlpool by WebAssembly in one worker", () => open("wasm", 1));
contentHasherSuite("Whirlpool by WebAssembly in two workers", () => open("wasm", 2));
const skip = hasOpenSslWhirlpool() ? false : "needs node --openssl-legacy-provider";
describe("OpenSSL", { skip }, () => {
  contentHasherSuite("Whirlpool by OpenSSL in one worker", () => open("openssl", 1));
  contentHasherSuite("Whirlpool by OpenSSL in two workers", () => open("openssl", 2));
});
