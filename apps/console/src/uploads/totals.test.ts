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
  keptBytes: 0,
  breaks: 0,
});

suite("how far an upload is", () => {
  test("counts each file beside its bytes: many small ones are not done with the large one before them", () => {
    const small = Array.from({ length: 1000 }, () => item(10, "waiting"));
    const { doneWork, allWork, sentBytes, sizeBytes } = totalsOf([item(10 * MIB, "done", 10 * MIB), ...small]);
    assert.ok(sentBytes / sizeBytes > 0.99);
    assert.ok(doneWork / allWork < 0.2);
  });

  test("is all of it when everything has arrived, and counts nothing of what was skipped", () => {
    const { doneWork, movedWork, allWork } = totalsOf([item(10, "done", 10), item(99, "skipped"), item(0, "done")]);
    assert.equal(doneWork, allWork);
    assert.equal(movedWork, allWork);
  });

  test("moves with the bytes of a large file", () => {
    const { doneWork, allWork } = totalsOf([item(100 * MIB, "sending", 50 * MIB)]);
    assert.ok(Math.abs(doneWork / allWork - 0.5) < 0.01);
  });
});
