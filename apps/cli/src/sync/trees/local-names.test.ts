import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalNames } from "./local-names.ts";

const linux = new LocalNames({ platform: "linux" });
const macos = new LocalNames({ platform: "darwin" });
const windows = new LocalNames({ platform: "win32" });
const plainWindows = new LocalNames({ platform: "win32", encoding: "none" });

for (const name of ["", ".", "..", "a/b", "/etc", "nul\0byte", "x".repeat(256)]) {
  test(`${JSON.stringify(name.slice(0, 20))} is not valid on any system`, () => {
    for (const names of [linux, macos, windows, plainWindows]) assert.equal(typeof names.whyUnusable(name), "string");
  });
}

for (const name of ["CON", "nul.txt", "com1", "LPT9.log", "a:b", "C:\\x", "..\\up", "what?", "end.", "end ", "tab\t"]) {
  test(`${JSON.stringify(name)} is valid everywhere, with look-alike characters on Windows only`, () => {
    for (const names of [linux, macos, windows]) {
      assert.equal(names.whyUnusable(name), undefined);
      assert.equal(names.fromDisk(names.toDisk(name)), name);
    }
    assert.equal(linux.toDisk(name), name);
    assert.notEqual(windows.toDisk(name), name);
    assert.equal(plainWindows.whyUnusable(windows.toDisk(name)), undefined, "Windows allows it");
    assert.equal(typeof plainWindows.whyUnusable(name), "string", "without the encoding it is left out");
    assert.equal(new LocalNames({ platform: "linux", encoding: "windows" }).toDisk(name), windows.toDisk(name));
  });
}

for (const name of ["...x", "con1", "null.txt", "née.txt", "a b", ".hidden", "＼", "a／b", "it＇s"]) {
  test(`${JSON.stringify(name)} is valid on any system`, () => {
    for (const names of [linux, macos, windows]) assert.equal(names.whyUnusable(name), undefined);
    assert.equal(linux.toDisk(name), name);
  });
}

test("the longest name has 255 bytes, or 255 characters on Windows", () => {
  assert.equal(typeof linux.whyUnusable("é".repeat(128)), "string");
  assert.equal(windows.whyUnusable("é".repeat(255)), undefined);
  assert.match(windows.whyUnusable("‛".repeat(128)) ?? "", /longer than 255 characters/, "as it would be written");
});

test("names that differ only in case or composition are one name on Windows and macOS", () => {
  assert.equal(macos.keyOf("\u00c9t\u00e9"), macos.keyOf("e\u0301te\u0301"));
  assert.notEqual(linux.keyOf("A"), linux.keyOf("a"));
});

test("a path is found where its names were written, by us or by another program", () => {
  const names = new LocalNames({ platform: "win32" });
  assert.equal(names.diskPath(""), "");
  assert.equal(names.diskPath("a:b/c?/d"), "a：b/c？/d");
  names.found("a:b", "a：b");
  names.found("a:b/con", "con");
  assert.equal(names.diskPath("a:b/con/x."), "a：b/con/x．");
  assert.equal(names.diskPath("con"), "ｃon");
  assert.equal(linux.diskPath("a:b/con"), "a:b/con");
});
