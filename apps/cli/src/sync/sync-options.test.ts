import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionValues } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { readCallsPerSecond, readDeletionLimit } from "./sync-options.ts";

const callsOf = (tps: string) => readCallsPerSecond(new OptionValues({ tps }));

test("--max-delete takes a number or a part", () => {
  assert.deepEqual([readDeletionLimit("20"), readDeletionLimit("5%")], [{ files: 20 }, { percent: 5 }]);
});

test("--tps takes parts of a call", () => {
  assert.deepEqual([callsOf("0.5"), callsOf("3"), readCallsPerSecond(new OptionValues({}))], [0.5, 3, undefined]);
});

for (const read of [
  () => readDeletionLimit("-1"),
  () => readDeletionLimit("101%"),
  () => readDeletionLimit("1.5"),
  () => callsOf("0"),
  () => callsOf("many"),
  () => callsOf(""),
]) {
  test(`a value that makes no sense is a mistake of usage: ${String(read)}`, () => assert.throws(read, UsageError));
}
