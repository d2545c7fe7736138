import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionValues } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { readCallsPerSecond, readRetries } from "./pace-options.ts";

const callsOf = (tps: string) => readCallsPerSecond(new OptionValues({ tps }));
const retriesOf = (retries: string) => readRetries(new OptionValues({ retries }));

test("--tps takes parts of a call", () => {
  assert.deepEqual([callsOf("0.5"), callsOf("3"), readCallsPerSecond(new OptionValues({}))], [0.5, 3, undefined]);
});

test("--retries takes none and a hundred", () => {
  assert.deepEqual([retriesOf("0"), retriesOf("100"), readRetries(new OptionValues({}))], [0, 100, undefined]);
});

for (const read of [
  () => callsOf("0"),
  () => callsOf("many"),
  () => callsOf(""),
  () => retriesOf("-1"),
  () => retriesOf("101"),
]) {
  test(`a value that makes no sense is a mistake of usage: ${String(read)}`, () => assert.throws(read, UsageError));
}
