import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import { ByteRing } from "./byte-ring.ts";

test("carries bytes in order across every wrap", () => {
  const ring = ByteRing.ofCapacity(64);
  const content = randomBytes(100_000);
  const arrived: Buffer[] = [];
  for (let sent = 0, received = 0; received < content.length;) {
    sent += ring.push(content.subarray(0, Math.min(content.length, sent + randomInt(1, 100))), sent);
    const bytes = ring.peek(randomInt(1, 100));
    arrived.push(Buffer.from(bytes));
    received += bytes.byteLength;
    ring.consume(bytes.byteLength);
  }
  assert.deepEqual(Buffer.concat(arrived), content);
});

test("continues when its counters wrap", () => {
  const ring = ByteRing.ofCapacity(64);
  const counters = new Int32Array(ring.memory, 0, 2);
  for (const start of [0x7fff_fff0, -16]) {
    counters.fill(start);
    assert.equal(ring.push(Buffer.alloc(40, 1), 0), 40);
    assert.equal(ring.push(Buffer.alloc(40, 2), 0), 24);
    assert.equal(ring.push(Buffer.alloc(40, 2), 24), 0);
    const held: number[] = [];
    for (let bytes = ring.peek(64); bytes.byteLength > 0; bytes = ring.peek(64)) {
      held.push(...bytes);
      ring.consume(bytes.byteLength);
    }
    assert.deepEqual(held, [...Buffer.alloc(40, 1), ...Buffer.alloc(24, 2)]);
  }
});

test("wakes a waiting producer once, when half of it is free", () => {
  const ring = ByteRing.ofCapacity(64);
  ring.push(Buffer.alloc(64), 0);
  assert.equal(ring.mustWait(), true);
  assert.equal(ring.consume(16), false);
  assert.equal(ring.consume(16), true);
  assert.equal(ring.consume(16), false);
});

test("makes no producer wait while there is room", () => {
  const ring = ByteRing.ofCapacity(64);
  ring.push(Buffer.alloc(63), 0);
  assert.equal(ring.mustWait(), false);
  assert.equal(ring.consume(63), false);
});

test("is drained once it has ended and is empty", () => {
  const ring = ByteRing.ofCapacity(64);
  ring.push(Buffer.alloc(10), 0);
  assert.equal(ring.isDrained(), false);
  ring.end();
  assert.equal(ring.isDrained(), false);
  ring.consume(10);
  assert.equal(ring.isDrained(), true);
  ring.reset();
  assert.equal(ring.isDrained(), false);
});
