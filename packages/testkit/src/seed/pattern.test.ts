import assert from "node:assert/strict";
import { test } from "node:test";
import { patternBytes, patternChunks } from "./pattern.ts";

test("gives the same bytes for the same name, whatever the size", () => {
  const long = patternBytes({ sizeBytes: 200_001, pattern: "a" });
  assert.equal(long.byteLength, 200_001);
  assert.deepEqual(patternBytes({ sizeBytes: 70_000, pattern: "a" }), long.subarray(0, 70_000));
  assert.notDeepEqual(patternBytes({ sizeBytes: 100, pattern: "b" }), long.subarray(0, 100));
});

test("does not repeat from chunk to chunk", () => {
  const [first, second] = patternChunks({ sizeBytes: 128 * 1024, pattern: "a" });
  assert.notDeepEqual(first, second);
});

test("has no chunk for nothing", () => {
  assert.deepEqual([...patternChunks({ sizeBytes: 0, pattern: "a" })], []);
});
