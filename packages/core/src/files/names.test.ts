import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import { storedName } from "./names.ts";

const every = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => String.fromCodePoint(from + at));

test("every printable character, outer spaces and any script are kept", () => {
  const printable = [...every(0x20, 0x7f), ...every(0xa0, 0x250)].filter((character) => character !== "/");
  const names = [
    ...printable.map((character) => `a${character}b`),
    " x ",
    "...",
    ".hidden",
    "e\u0301",
    "\u00e9",
    "\u{1f600}",
    "CON",
    "x".repeat(1024),
    "\u{1f600}".repeat(256),
  ];
  for (const name of names) assert.equal(storedName(name), name);
});

test("control characters are replaced by their symbols", () => {
  assert.equal(storedName("a\u0000b\r\nc\td\u007f"), "a␀b␍␊c␉d␡");
  for (const control of [...every(0, 0x20), "\u007f"]) {
    const kept = storedName(control);
    assert.match(kept, /^[␀-␟␡]$/);
    assert.equal(storedName(kept), kept);
  }
});

const refused: Record<string, RegExp> = {
  "": /^A name must not be empty\.$/,
  ".": /^"\." cannot be a name\.$/,
  "..": /^"\.\." cannot be a name\.$/,
  "a/b": /^The name "a\/b" contains a "\/"\.$/,
  "half \ud83d pair": /^The name "half \ufffd pair" contains half of a character pair\.$/,
  "\udc00": /half of a character pair/,
  [`begin${"x".repeat(1020)}`]: /^The name "beginx{55}…" has 1025 bytes; a name can have at most 1024\.$/,
  ["\u{1f600}".repeat(257)]: /^The name "\u{1f600}{60}…" has 1028 bytes/u,
  // The pictures count, at three bytes each.
  ["\n".repeat(342)]: /^The name "␊{60}…" has 1026 bytes/,
};
for (const [name, message] of Object.entries(refused)) {
  test(`refuses ${JSON.stringify(name.slice(0, 20))} and says which name and why`, () => {
    assert.throws(
      () => storedName(name),
      (error) => isDomainError(error, "bad-name") && message.test(error.message),
    );
  });
}
