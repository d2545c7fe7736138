import assert from "node:assert/strict";
import { test } from "node:test";
import { isBeside, nameBeside } from "./numbered-names.ts";

test("a copy kept beside another has a number before its extension", () => {
  assert.equal(nameBeside("a.tar.gz", 2, "file"), "a.tar (2).gz");
  assert.equal(nameBeside(".profile", 2, "file"), ".profile (2)");
  assert.equal(nameBeside("2026.01", 3, "folder"), "2026.01 (3)");
});

test("such a name is recognized", () => {
  assert.ok(isBeside("a (2).txt", "a.txt", "file"));
  assert.ok(isBeside("a (2) (3).txt", "a (2).txt", "file"));
  assert.ok(isBeside("2026.01 (3)", "2026.01", "folder"));
  for (const name of ["a.txt", "a (x).txt", "b (2).txt", "a (2).png", "a(2).txt"])
    assert.ok(!isBeside(name, "a.txt", "file"), name);
});
