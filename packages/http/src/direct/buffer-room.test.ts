import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferRoom } from "./buffer-room.ts";

const KIB = 1024;

test("passes the memory of one download to the next", () => {
  const room = new BufferRoom(64 * KIB * KIB);
  const first = room.open();
  const buffers = [first.take(Infinity, undefined), first.take(Infinity, undefined)];
  assert.deepEqual(
    buffers.map((buffer) => buffer.byteLength),
    [32 * KIB, 32 * KIB],
  );
  for (const buffer of buffers) first.give(buffer);
  first.release();
  const second = room.open();
  const again = new Set([second.take(Infinity, undefined), second.take(Infinity, undefined)]);
  assert.deepEqual(again, new Set(buffers));
  assert.equal(room.idleBytes, 0);
});

test("uses larger buffers for a reader that keeps up, and passes the smaller ones on", () => {
  const room = new BufferRoom(64 * KIB * KIB);
  const download = room.open();
  const small = download.take(Infinity, undefined);
  assert.equal(download.take(Infinity, small), small);
  download.grow();
  assert.equal(download.take(Infinity, small).byteLength, 128 * KIB);
  assert.equal(room.idleBytes, 32 * KIB);
  assert.equal(room.open().take(Infinity, undefined), small);
  // The rest needs no more.
  assert.equal(download.take(10, undefined).byteLength, 32 * KIB);
});

test("keeps unused memory only while there is room", () => {
  const room = new BufferRoom(640 * KIB);
  const one = room.open();
  one.grow();
  const buffer = one.take(Infinity, undefined);
  one.give(buffer);
  one.release();
  assert.equal(room.idleBytes, 128 * KIB);
  const [two, three] = [room.open(), room.open()];
  two.grow();
  three.grow();
  assert.equal(room.idleBytes, 128 * KIB);
  // There is no room for the larger sizes.
  two.grow();
  three.grow();
  const held = [two, three].flatMap((download) => [
    download.take(Infinity, undefined),
    download.take(Infinity, undefined),
  ]);
  assert.deepEqual(
    held.map(({ byteLength }) => byteLength),
    Array.from({ length: 4 }, () => 128 * KIB),
  );
  for (const each of held) two.give(each);
  assert.equal(room.idleBytes, 128 * KIB);
});

test("frees unused memory when others need the room", () => {
  const room = new BufferRoom(256 * KIB);
  const small = Array.from({ length: 9 }, () => room.open().take(Infinity, undefined));
  for (const buffer of small) room.open().give(buffer);
  assert.equal(room.idleBytes, 256 * KIB);
  // The ninth found no room, and its memory is already freed.
  assert.equal(small.filter(({ byteLength }) => byteLength === 0).length, 1);
  room.open().grow();
  assert.equal(room.idleBytes, 0);
  assert.ok(small.every(({ byteLength }) => byteLength === 0));
});
