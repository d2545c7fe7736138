import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import type { PartBody } from "../src/uploads/part-sending.ts";
import { PartMemory } from "../src/uploads/part-memory.ts";
import { PartReader } from "../src/uploads/part-reader.ts";
import type { PartUpload } from "../src/uploads/part-uploads.ts";
import type { UploadSource } from "../src/uploads/upload-source.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 8 * MIB;
const content = randomBytes(8 * PART_BYTES);

const source: UploadSource = {
  name: "film.mkv",
  sizeBytes: content.length,
  async *open({ start, end } = { start: 0, end: content.length }) {
    for (let at = start; at < end; at += MIB) yield content.subarray(at, Math.min(at + MIB, end));
  },
  async fill(into, start) {
    into.set(content.subarray(start, start + into.byteLength));
    return createHash("sha256").update(into).digest("hex");
  },
};

const upload = { partBytes: PART_BYTES, sizeBytes: content.length } as PartUpload;
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];

/** Sends of parts, each ended by the test. */
class Sending {
  readonly reader = new PartReader({
    source,
    memory: new PartMemory(),
    proof: "whole",
    throttle: undefined,
    signal: undefined,
  });
  /** Parts being sent, in order. */
  readonly under = new Map<number, () => void>();
  most = 0;
  #waiting: { count: number; resolve: () => void } | undefined;

  readonly done = this.reader.each(upload, numbers, async (number, body) => {
    assert.deepEqual(await bytesOf(body), content.subarray((number - 1) * PART_BYTES, number * PART_BYTES));
    assert.equal(body.proof.digest, digestOf(number));
    await new Promise<void>((resolve) => {
      this.under.set(number, resolve);
      this.most = Math.max(this.most, this.under.size);
      if (this.under.size === this.#waiting?.count) this.#waiting.resolve();
    });
    this.under.delete(number);
  });

  /** Resolves when `count` parts are being sent. */
  async has(count: number): Promise<void> {
    if (this.under.size === count) return;
    await new Promise<void>((resolve) => (this.#waiting = { count, resolve }));
  }

  /** Ends sends one by one until all are done. */
  async finish(): Promise<void> {
    let isOver = false;
    const over = this.done.finally(() => (isOver = true));
    while (!isOver) {
      for (const resolve of this.under.values()) resolve();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await over;
  }
}

const digestOf = (number: number) =>
  createHash("sha256")
    .update(content.subarray((number - 1) * PART_BYTES, number * PART_BYTES))
    .digest("hex");

async function bytesOf(body: PartBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.open()) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

test("two parts are sent at once over a short line", async () => {
  const sending = new Sending();
  sending.reader.noteRoundTrip(1);
  await sending.has(2);
  await sending.finish();
  assert.equal(sending.most, 2);
});

test("six parts are sent at once over a long line, as soon as it is known, in memory for four", async () => {
  const sending = new Sending();
  await sending.has(2);
  sending.reader.noteRoundTrip(40);
  await sending.has(6);
  await sending.finish();
  assert.equal(sending.most, 6);
});

test("a single slow connect is ignored if another was fast", async () => {
  const sending = new Sending();
  for (const tookMs of [2, 40]) sending.reader.noteRoundTrip(tookMs);
  await sending.has(2);
  await sending.finish();
  assert.equal(sending.most, 2);
});
