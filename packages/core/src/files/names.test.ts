import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import { checkName } from "./names.ts";

const every = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => String.fromCodePoint(from + at));

test("every printable character, spaces at the ends and any script are kept as they are", () => {
  const printable = [...every(0x20, 0x7f), ...every(0xa0, 0x250)].filter((character) => character !== "/");
  const names = [
    ...printable.map((character) => `a${character}b`),
    " x ",
    "...",
    ".hidden",
    "e\u0301",
    "\u00e9",
    "\u{1f600}",
    "a\nb",
    "CON",
    "x".repeat(250),
    "\u{1f600}".repeat(250),
  ];
  for (const name of names) assert.equal(checkName(name), name);
});

test("what no client could use, or no database could keep, is refused", () => {
  for (const name of [
    "",
    ".",
    "..",
    "a/b",
    "/",
    "a\0b",
    "x".repeat(251),
    "\u{1f600}".repeat(251),
    "half \ud83d pair",
    "\udc00",
  ])
    assert.throws(
      () => checkName(name),
      (error) => isDomainError(error, "bad-argument"),
      JSON.stringify(name),
    );
});
