import assert from "node:assert/strict";
import { it } from "node:test";
import { mayBeStoredAs } from "./file-name.ts";

it("a name changed by the server is recognized, but never another file's", () => {
  const changed = [
    ["a.txt", "a.txt"],
    ['a"b.txt', "a%22b.txt"],
    ['a"b.txt', "a_b.txt"],
    ["a<b>.txt", "a\uFF1Cb\uFF1E.txt"],
    [" a ", "a"],
    ["e\u0301te\u0301", "\u00E9t\u00E9"],
    [`${"x".repeat(300)}.bin`, "x".repeat(250)],
  ] as const;
  for (const [sent, stored] of changed) assert.ok(mayBeStoredAs(sent, stored), `${sent} ${stored}`);
  const others = [
    ["a", "b"],
    ["copy 1.txt", "copy 2.txt"],
    ["report.pdf", "report"],
    ["a", ""],
  ] as const;
  for (const [sent, stored] of others) assert.ok(!mayBeStoredAs(sent, stored), `${sent} ${stored}`);
});
