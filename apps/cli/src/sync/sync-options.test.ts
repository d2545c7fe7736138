import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../command-line/errors.ts";
import { readBandwidth, readDeletionLimit, readNumber } from "./sync-options.ts";

for (const [text, bytes] of [
  ["512", 512 * 1024],
  ["512k", 512 * 1024],
  ["1.5M", 1.5 * 1024 ** 2],
  ["10MiB/s", 10 * 1024 ** 2],
  ["100b", 100],
  ["off", undefined],
] as const) {
  test(`--bwlimit ${text}`, () => assert.equal(readBandwidth(text), bytes));
}

test("--max-delete takes a number or a part", () => {
  assert.deepEqual([readDeletionLimit("20"), readDeletionLimit("5%")], [{ files: 20 }, { percent: 5 }]);
});

for (const read of [
  () => readBandwidth("fast"),
  () => readBandwidth("0"),
  () => readDeletionLimit("-1"),
  () => readDeletionLimit("101%"),
  () => readDeletionLimit("1.5"),
  () => readNumber("--transfers", "0", 1, 64),
  () => readNumber("--transfers", "many", 1, 64),
  () => readNumber("--transfers", "", 1, 64),
]) {
  test(`a value that makes no sense is a mistake of usage: ${String(read)}`, () => assert.throws(read, UsageError));
}
