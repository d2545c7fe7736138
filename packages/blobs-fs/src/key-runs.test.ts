import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyRuns } from "./key-runs.ts";

test("consecutive keys share a folder, later ones get another, and none repeats", () => {
  const runs = new KeyRuns();
  const keys = Array.from({ length: 20_000 }, () => runs.next());
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) assert.match(key, /^[a-z0-9]{32}$/);
  const folders = keys.map((key) => key.slice(0, 2));
  const changes = folders.filter((folder, index) => folder !== folders[index - 1]).length;
  assert.ok(changes > 1 && changes <= 79, `${changes} runs`);
});
