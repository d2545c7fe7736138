import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { takeInTurn } from "./take-in-turn.ts";

test("hands out chunks in order, one at a time, and frees the memory of each afterwards", async () => {
  const chunks = ["one", "two", "three"].map((text) => Buffer.from(new TextEncoder().encode(text).buffer));
  const taken: string[] = [];
  let isTaking = false;
  await takeInTurn(Readable.from(chunks, { objectMode: false }), async (chunk) => {
    assert.equal(isTaking, false);
    isTaking = true;
    const text = chunk.toString();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(chunk.toString(), text);
    taken.push(text);
    isTaking = false;
  });
  assert.deepEqual(taken, ["one", "two", "three"]);
  assert.deepEqual(
    chunks.map((chunk) => chunk.length),
    [0, 0, 0],
  );
});

test("does not free memory that a chunk shares", async () => {
  const whole = Buffer.from(new TextEncoder().encode("shared by both").buffer);
  const halves = [whole.subarray(0, 7), whole.subarray(7)];
  const taken: string[] = [];
  await takeInTurn(Readable.from(halves, { objectMode: false }), async (chunk) => void taken.push(chunk.toString()));
  assert.deepEqual(taken, ["shared ", "by both"]);
  assert.equal(whole.toString(), "shared by both");
});

test("passes on the consumer's error, and the stream's only when nobody is consuming", async () => {
  const refusal = new Error("refused");
  await assert.rejects(
    takeInTurn(Readable.from([Buffer.from("x")]), () => Promise.reject(refusal)),
    refusal,
  );
  const stream = new Readable({ read: () => {} });
  const failure = new Error("broken");
  let isTaking = false;
  stream.push("x");
  const ended = takeInTurn(stream, async () => {
    isTaking = true;
    stream.destroy(failure);
    await new Promise((resolve) => setImmediate(resolve));
    isTaking = false;
  });
  await assert.rejects(ended, failure);
  assert.equal(isTaking, false);
  await assert.rejects(
    takeInTurn(stream, async () => {}),
    failure,
  );
});
