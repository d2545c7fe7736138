import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { chunksInTurn, freeMemory } from "./chunks-in-turn.ts";

const bytes = (fill: number): Buffer => Buffer.alloc(8192, fill);

async function readAll(stream: Readable): Promise<number[]> {
  const found: number[] = [];
  const chunks = chunksInTurn(stream);
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) found.push(next.value[0] ?? -1);
  return found;
}

test("hands out chunks in order, and frees each when the next is requested", async () => {
  const sent = [bytes(1), bytes(2), bytes(3)];
  const chunks = chunksInTurn(Readable.from(sent, { objectMode: false }));
  const first = await chunks.next();
  assert.equal(first.value?.[8191], 1);
  const second = await chunks.next();
  assert.equal(first.value?.byteLength, 0);
  assert.equal(second.value?.[8191], 2);
  assert.equal((await chunks.next()).value?.byteLength, 8192);
  assert.deepEqual(await chunks.next(), { done: true, value: undefined });
  assert.deepEqual(await chunks.next(), { done: true, value: undefined });
});

test("does not free memory that a chunk shares", async () => {
  const shared = Buffer.alloc(16_384, 7);
  await readAll(Readable.from([shared.subarray(0, 8192), shared.subarray(8192)], { objectMode: false }));
  assert.equal(shared.byteLength, 16_384);
  assert.equal(shared[16_383], 7);
});

test("reports what broke a stream, even if it ended before it was read", async () => {
  const broken = new Readable({
    read() {
      this.destroy(new Error("the line is dead"));
    },
  });
  await assert.rejects(readAll(broken), /the line is dead/);
  const closed = new Readable({ read: () => undefined });
  closed.destroy();
  await assert.rejects(readAll(closed), /closed before its end/);
});

test("never hands out bytes whose memory is gone", async () => {
  const freed = bytes(1);
  freeMemory(freed);
  const stream = new Readable({ read: () => undefined });
  const next = chunksInTurn(stream).next();
  stream.emit("data", freed);
  await assert.rejects(next, /freed before they were read/);
});
