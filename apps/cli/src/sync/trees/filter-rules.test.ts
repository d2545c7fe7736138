import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../command-line/errors.ts";
import { filterOf } from "./filter-rules.ts";

const none = { includes: [], excludes: [], filterLines: [] };

for (const [pattern, taken, left] of [
  ["*.jpg", ["a.png", "a.jpg.txt"], ["a.jpg", "deep/er/b.jpg"]],
  ["/*.jpg", ["deep/b.jpg"], ["a.jpg"]],
  ["node_modules", ["node_modules2/x"], ["node_modules", "a/node_modules/b/c.js"]],
  ["node_modules/", ["node_modules"], ["node_modules/b/c.js"]],
  ["/build/", ["a/build/x"], ["build/x", "build/deep/y"]],
  ["docs/*.md", ["docs/deep/b.md"], ["docs/a.md", "x/docs/a.md"]],
  ["docs/**.md", [], ["docs/a.md", "docs/deep/b.md"]],
  ["/a/**/z", ["b/z", "a/zz"], ["a/z", "a/b/z", "a/b/c/z"]],
  ["file?.txt", ["file.txt", "file12.txt", "file/.txt"], ["file1.txt", "file\u{1F600}.txt"]],
  ["[a-c]x", ["dx", "ax2"], ["ax", "cx"]],
  ["[!a-c]x", ["ax", "q/ax"], ["dx"]],
  ["*.{jpg,png}", ["a.gif", "a.jpgpng"], ["a.jpg", "b/a.png"]],
  ["{a,b{c,d}}.x", ["b.x"], ["a.x", "bc.x", "bd.x"]],
  ["\\*.txt", ["a.txt"], ["*.txt"]],
  ["a+b (1).txt", ["aab (1).txt"], ["a+b (1).txt"]],
  ["*.JPG", ["a.jpg"], ["a.JPG"]],
] as const) {
  test(`--exclude "${pattern}"`, () => {
    const filter = filterOf({ ...none, excludes: [pattern] });
    for (const path of taken) assert.equal(filter.takesFile(path), true, path);
    for (const path of left) assert.equal(filter.takesFile(path), false, path);
  });
}

test("only included paths take part, and the folders on the way are searched", () => {
  const filter = filterOf({ ...none, includes: ["*.jpg", "/docs/"] });
  assert.deepEqual(
    ["a.jpg", "x/y/a.jpg", "docs/any.txt", "a.txt", "x/docs/a.txt"].map((path) => filter.takesFile(path)),
    [true, true, true, false, false],
  );
  assert.deepEqual(
    [filter.entersFolder("x"), filter.takesFolder("x"), filter.takesFolder("docs/empty")],
    [true, false, true],
  );
});

test("an exclude wins over an include", () => {
  const filter = filterOf({ ...none, includes: ["*.jpg"], excludes: ["private/"] });
  assert.deepEqual([filter.takesFile("a.jpg"), filter.takesFile("private/a.jpg")], [true, false]);
  assert.equal(filter.entersFolder("private"), false);
});

test("the first matching line of a filter file decides", () => {
  const filterLines = ["# photos", "", "+ /keep/this.txt", "- /keep/", "- *.tmp", "+ *"];
  const filter = filterOf({ ...none, filterLines });
  assert.deepEqual(
    ["keep/this.txt", "keep/that.txt", "a.tmp", "a.txt"].map((path) => filter.takesFile(path)),
    [true, false, false, true],
  );
  assert.equal(filter.entersFolder("keep"), true, "it contains something that an earlier line includes");
});

test("an excluded folder is not read", () => {
  const filter = filterOf({ ...none, excludes: ["cache/"] });
  assert.deepEqual([filter.entersFolder("a/cache"), filter.entersFolder("a")], [false, true]);
});

test("letter case is ignored if asked", () => {
  const filter = filterOf({ ...none, excludes: ["*.jpg"], ignoresCase: true });
  assert.equal(filter.takesFile("A.JPG"), false);
});

for (const pattern of ["", "/", "[a", "{a,b", "a}", "a\\", "[z-a]"]) {
  test(`the pattern "${pattern}" is a usage error`, () => {
    assert.throws(() => filterOf({ ...none, excludes: [pattern] }), UsageError);
  });
}

test("a line without a sign is a usage error", () => {
  assert.throws(() => filterOf({ ...none, filterLines: ["*.jpg"] }), UsageError);
});
