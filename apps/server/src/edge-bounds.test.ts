import assert from "node:assert/strict";
import { test } from "node:test";
import { edgeBounds } from "./edge-bounds.ts";

const usual = { total: 8192, perAddress: 512 };

test("accepts as many connections as configured if the system allows it", () => {
  const { connections, connectionsPerAddress } = edgeBounds(usual, {}, 1_000_000);
  assert.deepEqual([connections, connectionsPerAddress], [8192, 512]);
  assert.equal(edgeBounds(usual, {}, Infinity).connections, 8192);
});

test("leaves room for files if the system allows few", () => {
  const { connections, connectionsPerAddress } = edgeBounds(usual, {}, 256);
  assert.deepEqual([connections, connectionsPerAddress], [80, 20]);
  assert.equal(edgeBounds(usual, {}, 16).connections, 8);
});

test("reads the limit of this process", () => {
  assert.ok(edgeBounds(usual).connections >= 8);
});
