import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ContentHasher } from "@consigne/core";
import { loadEngine, Whirlpool } from "@consigne/whirlpool";
import { ContentHashError, createWhirlpoolHasher } from "../src/index.ts";
import { HashWorkerPool } from "../src/hash-worker-pool.ts";

const run = promisify(execFile);

async function digestOf(hasher: ContentHasher, content: Uint8Array): Promise<string> {
  const hash = hasher.start();
  await hash.update(content);
  return hash.digest();
}

test("a hasher needs at least one worker", async () => {
  await assert.rejects(createWhirlpoolHasher({ workers: 0 }), RangeError);
});

test("content too large for the caller's thread gets the same digest from a worker", async () => {
  const hasher = await createWhirlpoolHasher();
  const engine = await loadEngine();
  for (const size of [0, 1, 65_535, 65_536, 65_537, 524_288, 1_500_001]) {
    const content = randomBytes(size);
    const alone = new Whirlpool(engine);
    alone.update(content);
    assert.equal(await digestOf(hasher, content), alone.digest(), String(size));
  }
  await hasher.close();
});

describe("closing the hasher", () => {
  test("fails running work and refuses new work", async () => {
    const hasher = await createWhirlpoolHasher({ workers: 1 });
    const hash = hasher.start();
    await hash.update(randomBytes(100_000));
    const late = hasher.start();
    await late.update(randomBytes(100_000));
    const digest = late.digest();
    const refused = assert.rejects(digest, { name: "ContentHashError", code: "hasher-closed" });
    await Promise.all([hasher.close(), hasher.close()]);
    await refused;
    await assert.rejects(async () => hash.update(randomBytes(1)), { code: "hasher-closed" });
    await assert.rejects(hash.digest(), { code: "hasher-closed" });
    assert.throws(() => hasher.start(), { code: "hasher-closed" });
    hash.abort();
  });
});

describe("an update waiting for room", () => {
  test("ends on abort", async () => {
    const hasher = await createWhirlpoolHasher({ workers: 1 });
    const hash = hasher.start();
    const waiting = assert.rejects(async () => hash.update(new Uint8Array(64 * 1024 * 1024)), { code: "hash-ended" });
    hash.abort();
    await waiting;
    assert.equal((await digestOf(hasher, new Uint8Array(100_000))).length, 128);
    await hasher.close();
  });
});

describe("a worker that dies", () => {
  test("fails its streams, and the next stream gets a new one", async () => {
    const pool = new HashWorkerPool(1);
    const doomed = [pool.open("whirlpool"), pool.open("whirlpool")];
    // More than the rings hold, so no worker can finish one before this thread runs again.
    const content = new Uint8Array(64 * 1024 * 1024);
    const failed = doomed.map((stream) => assert.rejects(async () => stream.send(content), isWorkerDeath));
    await pool.endWorkers();
    await Promise.all(failed);
    for (const stream of doomed) await assert.rejects(stream.finish(), isWorkerDeath);
    const stream = pool.open("whirlpool");
    await stream.send(Buffer.from("a".repeat(1_000_000)));
    assert.match(await stream.finish(), /^0c99005beb57eff5/);
    await pool.close();
  });
});

describe("the process", () => {
  test("exits although the hasher was not closed, but not before an awaited digest", async () => {
    const script = fileURLToPath(new URL("./_hash-without-close.ts", import.meta.url));
    const { stdout } = await run(process.execPath, [...process.execArgv.filter(isProviderFlag), script]);
    assert.match(stdout, /^0c99005beb57eff5[0-9a-f]{112}\n$/);
  });
});

const isProviderFlag = (argument: string): boolean => argument === "--openssl-legacy-provider";

const isWorkerDeath = (error: unknown): boolean => error instanceof ContentHashError && error.code === "worker-died";
