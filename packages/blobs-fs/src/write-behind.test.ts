import assert from "node:assert/strict";
import { test } from "node:test";
import { type WrittenFile, WriteBehind } from "./write-behind.ts";

const BUFFER_BYTES = 8;

/** Writes end when the test says so; `lengths` has those that began. */
function slowFile() {
  const stored: Buffer[] = [];
  const lengths: number[] = [];
  let pending: PromiseWithResolvers<void> | undefined;
  const write = async (buffer: Uint8Array, offset: number, length: number, position: number) => {
    lengths.push(length);
    assert.equal(position, Buffer.concat(stored).length, "one after the other");
    pending = Promise.withResolvers<void>();
    await pending.promise;
    stored.push(Buffer.from(buffer.subarray(offset, offset + length)));
    return { bytesWritten: length };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is called
  const file = { write, isPastCache: true } as unknown as WrittenFile;
  return {
    file,
    lengths,
    stored: () => Buffer.concat(stored).toString(),
    /** Lets the write end that has begun, or is about to. */
    async endWrite() {
      await new Promise(setImmediate);
      pending?.resolve();
      await new Promise(setImmediate);
    },
    async failWrite() {
      await new Promise(setImmediate);
      pending?.reject(new Error("of the disk"));
      await new Promise(setImmediate);
    },
  };
}

function begin(file: WrittenFile) {
  let taken = 0;
  const buffers = {
    take: () => {
      assert.ok(++taken <= 2, "two buffers at most");
      return Buffer.alloc(BUFFER_BYTES);
    },
    give: () => void taken--,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing is flushed behind writes past the cache
  return new WriteBehind(file, { buffers, flushTurn: {} as never });
}

test("takes chunks at once while one buffer is written and the other has room", async () => {
  const disk = slowFile();
  const bytes = begin(disk.file);
  assert.equal(bytes.add(Buffer.from("abcde")), undefined);
  assert.equal(bytes.add(Buffer.from("fghij")), undefined, "fills the first, and goes into the second");
  assert.deepEqual(disk.lengths, [BUFFER_BYTES]);
  assert.equal(bytes.add(Buffer.from("klmno")), undefined);
  assert.equal(bytes.sizeBytes, 15);
  assert.equal(bytes.unwrittenBytes, 15);
  const waiting = bytes.add(Buffer.from("pqr"));
  assert.ok(waiting instanceof Promise, "both are full");
  await disk.endWrite();
  await waiting;
  assert.deepEqual(disk.lengths, [BUFFER_BYTES, BUFFER_BYTES], "only whole buffers are written");
  await disk.endWrite();
  const draining = bytes.drain();
  await disk.endWrite();
  await draining;
  assert.equal(disk.stored(), "abcdefghijklmnopqr");
  await bytes.stop();
});

test("a chunk larger than both buffers is taken piece by piece", async () => {
  const disk = slowFile();
  const bytes = begin(disk.file);
  const text = "0123456789".repeat(7);
  const adding = bytes.add(Buffer.from(text));
  let isOver = false;
  void Promise.resolve(adding).then(() => (isOver = true));
  while (!isOver) await disk.endWrite();
  const draining = bytes.drain().then(() => (isOver = false));
  while (isOver) await disk.endWrite();
  await draining;
  assert.equal(disk.stored(), text);
  assert.deepEqual(disk.lengths, [8, 8, 8, 8, 8, 8, 8, 8, 6]);
  await bytes.stop();
});

test("reports a failed write with the next chunk, and to whoever waits for it", async () => {
  const disk = slowFile();
  const bytes = begin(disk.file);
  await bytes.add(Buffer.from("abcdefgh"));
  await bytes.add(Buffer.from("ijklmn"));
  const waiting = assert.rejects(async () => bytes.add(Buffer.from("opqr")), /of the disk/);
  await disk.failWrite();
  await waiting;
  await assert.rejects(async () => bytes.add(Buffer.from("s")), /of the disk/);
  await assert.rejects(bytes.drain(), /of the disk/);
  await bytes.stop();
});

test("takes nothing more once it is stopped", async () => {
  const disk = slowFile();
  const bytes = begin(disk.file);
  await bytes.add(Buffer.from("abcdefghijkl"));
  const waiting = bytes.add(Buffer.from("mnopqrst"));
  const stopping = bytes.stop();
  await disk.endWrite();
  await Promise.all([waiting, stopping]);
  await bytes.add(Buffer.from("u"));
  assert.equal(disk.stored(), "abcdefgh");
});

test("a chunk that comes in the very moment when a write fails does not hide the failure", async () => {
  const disk = slowFile();
  let adding: Promise<void> | undefined;
  const buffers = {
    take: () => Buffer.alloc(BUFFER_BYTES),
    give: () => void (adding ??= bytes.add(Buffer.from("ijklmnop"))),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing is flushed behind writes past the cache
  const bytes: WriteBehind = new WriteBehind(disk.file, { buffers, flushTurn: {} as never });
  await bytes.add(Buffer.from("abcdefgh"));
  await disk.failWrite();
  await assert.rejects(async () => adding, /of the disk/);
  assert.deepEqual(disk.lengths, [BUFFER_BYTES], "nothing is written after it");
  await assert.rejects(bytes.drain(), /of the disk/);
  await bytes.stop();
});
