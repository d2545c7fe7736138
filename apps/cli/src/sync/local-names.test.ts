import assert from "node:assert/strict";
import { test } from "node:test";
import { localNameKey, whyUnusableLocally } from "./local-names.ts";

for (const name of ["", ".", "..", "a/b", "/etc", "nul\0byte", "x".repeat(256), "é".repeat(128)]) {
  test(`${JSON.stringify(name.slice(0, 20))} is a name nowhere`, () => {
    assert.equal(typeof whyUnusableLocally(name, "linux"), "string");
    assert.equal(typeof whyUnusableLocally(name, "win32"), "string");
  });
}

for (const name of ["CON", "nul.txt", "com1", "LPT9.log", "a:b", "C:\\x", "..\\up", "what?", "end.", "end ", "tab\t"]) {
  test(`${JSON.stringify(name)} is a name everywhere but on Windows`, () => {
    assert.equal(whyUnusableLocally(name, "linux"), undefined);
    assert.equal(typeof whyUnusableLocally(name, "win32"), "string");
  });
}

for (const name of ["...", "con1", "null.txt", "née.txt", "a b", ".hidden"]) {
  test(`${JSON.stringify(name)} is a name`, () => assert.equal(whyUnusableLocally(name, "linux"), undefined));
}

test("names that differ in case or composition alone are one name on Windows and macOS", () => {
  assert.equal(localNameKey("\u00c9t\u00e9", "darwin"), localNameKey("e\u0301te\u0301", "darwin"));
  assert.notEqual(localNameKey("A", "linux"), localNameKey("a", "linux"));
});
