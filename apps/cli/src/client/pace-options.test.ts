import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../command-line/errors.ts";
import { readValues } from "../command-line/option.ts";
import { paceOptions } from "./pace-options.ts";

const read = (given: Record<string, string>) => readValues(paceOptions, given);

test("--tps accepts fractions of a call", () => {
  assert.deepEqual([read({ tps: "0.5" })["tps"], read({ tps: "3" })["tps"], read({})["tps"]], [0.5, 3, undefined]);
});

test("--retries accepts 0 and 100", () => {
  const values = [read({ retries: "0" }), read({ retries: "100" }), read({})];
  assert.deepEqual(
    values.map(({ retries }) => retries),
    [0, 100, undefined],
  );
});

const wrong: Record<string, string>[] = [
  { tps: "0" },
  { tps: "many" },
  { tps: "" },
  { retries: "-1" },
  { retries: "101" },
];
for (const given of wrong) {
  test(`an invalid value is a usage error: ${JSON.stringify(given)}`, () => {
    assert.throws(() => read(given), UsageError);
  });
}
