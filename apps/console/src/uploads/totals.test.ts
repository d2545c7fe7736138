import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { totalsOf } from "./totals.ts";
import type { ItemState, UploadItem } from "./upload-item.ts";

const MIB = 1024 ** 2;
const item = (sizeBytes: number, state: ItemState, sentBytes = 0): UploadItem => ({
  id: 1,
  file: { size: sizeBytes } as File,
  folder: [],
  name: "a",
  state,
  sentBytes,
  foundBytes: 0,
  storedBytes: 0,
  breaks: 0,
});

suite("upload progress", () => {
  test("counts files as well as bytes, so that many small ones are not done along with a large one before them", () => {
    const small = Array.from({ length: 1000 }, () => item(10, "waiting"));
    const { doneWork, allWork, sentBytes, sizeBytes } = totalsOf([item(10 * MIB, "done", 10 * MIB), ...small]);
    assert.ok(sentBytes / sizeBytes > 0.99);
    assert.ok(doneWork / allWork < 0.2);
  });

  test("is complete when everything has arrived, and ignores skipped files", () => {
    const { doneWork, movedWork, allWork } = totalsOf([item(10, "done", 10), item(99, "skipped"), item(0, "done")]);
    assert.equal(doneWork, allWork);
    assert.equal(movedWork, allWork);
  });

  test("advances with the bytes of a large file", () => {
    const { doneWork, allWork } = totalsOf([item(100 * MIB, "sending", 50 * MIB)]);
    assert.ok(Math.abs(doneWork / allWork - 0.5) < 0.01);
  });
});
