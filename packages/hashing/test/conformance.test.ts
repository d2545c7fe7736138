import { contentHasherSuite } from "@consigne/core/testing";
import { createWhirlpoolHasher } from "../src/index.ts";

async function open(workers: number) {
  const hasher = await createWhirlpoolHasher({ workers });
  return { hasher, close: () => hasher.close() };
}

contentHasherSuite("Whirlpool in one worker", () => open(1));
contentHasherSuite("Whirlpool in two workers", () => open(2));
