import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuota } from "./option-values.ts";

test("a quota in GB is decimal, one in GiB binary, and a bare number is in bytes", () => {
  const forms: [string, number | "plan"][] = [
    ["500GB", 500_000_000_000],
    ["500 gb", 500_000_000_000],
    ["500GiB", 500 * 2 ** 30],
    ["1.5TiB", 1.5 * 2 ** 40],
    ["1kB", 1000],
    ["1KiB", 1024],
    ["12B", 12],
    ["12", 12],
    ["0", 0],
    ["plan", "plan"],
  ];
  for (const [text, bytes] of forms) assert.equal(parseQuota(text), bytes, text);
});

test("a quota with an ambiguous or unknown unit is refused", () => {
  for (const text of ["500G", "500Gi", "500iB", "-1GB", "", "much", "9007199254740993PB"])
    assert.throws(() => parseQuota(text), /500GB/, text);
});
