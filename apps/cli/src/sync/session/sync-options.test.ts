import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../command-line/errors.ts";
import { parseDeletionLimit } from "./sync-options.ts";

test("--max-delete takes a number or a part", () => {
  assert.deepEqual(
    [parseDeletionLimit("20", "--max-delete"), parseDeletionLimit("5%", "--max-delete")],
    [{ files: 20 }, { percent: 5 }],
  );
});

for (const read of [
  () => parseDeletionLimit("-1", "--max-delete"),
  () => parseDeletionLimit("101%", "--max-delete"),
  () => parseDeletionLimit("1.5", "--max-delete"),
]) {
  test(`a value that makes no sense is a mistake of usage: ${String(read)}`, () => assert.throws(read, UsageError));
}
