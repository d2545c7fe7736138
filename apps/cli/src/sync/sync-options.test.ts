import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../command-line/errors.ts";
import { readDeletionLimit } from "./sync-options.ts";

test("--max-delete takes a number or a part", () => {
  assert.deepEqual([readDeletionLimit("20"), readDeletionLimit("5%")], [{ files: 20 }, { percent: 5 }]);
});

for (const read of [() => readDeletionLimit("-1"), () => readDeletionLimit("101%"), () => readDeletionLimit("1.5")]) {
  test(`a value that makes no sense is a mistake of usage: ${String(read)}`, () => assert.throws(read, UsageError));
}
