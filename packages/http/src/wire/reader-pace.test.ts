import assert from "node:assert/strict";
import { test } from "node:test";
import { ReaderPace } from "./reader-pace.ts";

/** A reader that reads pieces of 32 KiB, each `takenAfterMs` after it was offered. */
function readAlong(pieces: number, takenAfterMs: (index: number) => number): { isBehind: boolean } {
  let nowMs = 0;
  const pace = new ReaderPace(() => nowMs);
  let isBehind = false;
  for (let index = 0; index < pieces; index += 1) {
    pace.wait();
    nowMs += takenAfterMs(index);
    isBehind ||= pace.isBehind();
    pace.taken(32 * 1024);
    // The next piece takes a while to make, which is not the reader's fault.
    nowMs += 10_000;
  }
  return { isBehind };
}

test("a reader that keeps up is never behind, even with an occasional pause", () => {
  assert.equal(readAlong(1000, () => 400).isBehind, false);
  assert.equal(readAlong(1000, (index) => (index % 20 === 0 ? 2500 : 1)).isBehind, false);
});

test("a reader that takes little or nothing is behind", () => {
  assert.equal(readAlong(1000, () => 600).isBehind, true);
  assert.equal(readAlong(2, (index) => index * 3000).isBehind, true);
  assert.equal(readAlong(100, (index) => (index % 5 === 0 ? 2900 : 1)).isBehind, true);
});
