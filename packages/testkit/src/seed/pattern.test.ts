import assert from "node:assert/strict";
import { test } from "node:test";
import { patternBytes, patternChunks } from "./pattern.ts";

test("the same name gives the same bytes, whatever the size", () => {
  const long = patternBytes({ sizeBytes: 200_001, pattern: "a" });
  assert.equal(long.byteLength, 200_001);
  assert.deepEqual(patternBytes({ sizeBytes: 70_000, pattern: "a" }), long.subarray(0, 70_000));
  assert.notDeepEqual(patternBytes({ sizeBytes: 100, pattern: "b" }), long.subarray(0, 100));
});

test("the pattern does not repeat from chunk to chunk", () => {
  const [first, second] = patternChunks({ sizeBytes: 128 * 1024, pattern: "a" });
  assert.notDeepEqual(first, second);
});

test("a size of 0 gives no chunk", () => {
  assert.deepEqual([...patternChunks({ sizeBytes: 0, pattern: "a" })], []);
});
