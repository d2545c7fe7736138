import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { BatchMemory } from "./batch-memory.ts";

const MIB = 1024 * 1024;

/** How many of the waiting have memory when everything that can go on has gone on. */
async function settledOf(takings: readonly Promise<unknown>[]): Promise<number> {
  let settled = 0;
  for (const taking of takings) void taking.then(() => (settled += 1));
  await nextTurn();
  return settled;
}

suite("memory for batches", () => {
  test("is 16 MiB in total, and a batch without room waits for another", async () => {
    const memory = new BatchMemory();
    const takings = Array.from({ length: 5 }, () => memory.take(5.2 * MIB));
    assert.equal(await settledOf(takings), 2);
    const [first] = takings;
    assert.ok(first);
    memory.give(await first);
    assert.equal(await settledOf(takings), 3);
  });

  test("is reused by the next batch of nearly the same size", async () => {
    const memory = new BatchMemory();
    const one = await memory.take(5.2 * MIB);
    memory.give(one);
    assert.equal(await memory.take(5.4 * MIB), one);
  });

  test("may be more for a single batch that needs it", async () => {
    const memory = new BatchMemory();
    const large = await memory.take(40 * MIB);
    assert.ok(large.byteLength >= 40 * MIB);
    const small = memory.take(1);
    assert.equal(await settledOf([small]), 0);
    memory.give(large);
    assert.ok((await small).byteLength >= 1);
  });
});
