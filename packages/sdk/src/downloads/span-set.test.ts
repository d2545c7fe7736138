import assert from "node:assert/strict";
import { test } from "node:test";
import { SpanSet } from "./span-set.ts";

test("joins adjacent spans and keeps the others apart", () => {
  const set = new SpanSet([
    [10, 20],
    [30, 40],
  ]);
  set.add(20, 25);
  assert.deepEqual(set.spans, [
    [10, 25],
    [30, 40],
  ]);
  assert.equal(set.frontier, 0);
  set.add(0, 31);
  assert.deepEqual(set.spans, [[0, 40]]);
  assert.equal(set.frontier, 40);
  set.add(5, 5);
  assert.equal(set.sizeBytes, 40);
});

test("lists what is missing in pieces", () => {
  const set = new SpanSet([
    [2, 4],
    [8, 9],
  ]);
  assert.deepEqual(set.missing([0, 12], 3), [
    [0, 2],
    [4, 6],
    [6, 8],
    [9, 12],
  ]);
  assert.deepEqual(set.missing([3, 9], 100), [[4, 8]]);
  assert.deepEqual(set.missing([2, 4], 100), []);
  assert.deepEqual(new SpanSet().missing([0, 0], 3), []);
});

test("agrees with an array of booleans, whatever is added and removed", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const set = new SpanSet();
    const row = Array.from({ length: 30 }, () => false);
    for (let step = 0; step < 8; step++) {
      const start = (seed * 7 + step * step * 11) % 30;
      const end = Math.min(30, start + ((seed + step * 5) % 7));
      const isAdded = step % 3 < 2;
      if (isAdded) set.add(start, end);
      else set.remove(start, end);
      row.fill(isAdded, start, end);
    }
    const missing = set.missing([0, 30], 4);
    const covered = Array.from({ length: 30 }, () => true);
    for (const [start, end] of missing) {
      assert.ok(end > start && end - start <= 4);
      covered.fill(false, start, end);
    }
    assert.deepEqual(covered, row);
    assert.equal(set.sizeBytes, row.filter(Boolean).length);
    assert.equal(set.frontier, row.includes(false) ? row.indexOf(false) : 30);
  }
});
