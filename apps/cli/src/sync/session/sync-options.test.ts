import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../command-line/errors.ts";
import { parseDeletionLimit } from "./sync-options.ts";

test("--max-delete accepts a number or a percentage", () => {
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
  test(`an invalid value is a usage error: ${String(read)}`, () => assert.throws(read, UsageError));
}
