import assert from "node:assert/strict";
import { validateHeaderValue } from "node:http";
import { test } from "node:test";
import { contentDisposition } from "./content-disposition.ts";

test("a plain name is quoted", () => {
  assert.equal(contentDisposition("a b;c.txt", false), 'attachment; filename="a b;c.txt"');
  assert.equal(contentDisposition("a.png", true), 'inline; filename="a.png"');
});

test("a name beyond ASCII is sent as raw UTF-8 in quotes, followed by filename*", () => {
  const header = contentDisposition("naïve 😀.txt", false);
  assert.equal(
    Buffer.from(header, "latin1").toString("utf8"),
    "attachment; filename=\"naïve 😀.txt\"; filename*=UTF-8''na%C3%AFve%20%F0%9F%98%80.txt",
  );
});

test("quotes and backslashes are left out of the quoted name and kept in filename*", () => {
  const header = contentDisposition('say "hi"\\now (1)*.txt', false);
  assert.equal(
    header,
    "attachment; filename=\"say 'hi'_now (1)*.txt\"; filename*=UTF-8''say%20%22hi%22%5Cnow%20%281%29%2A.txt",
  );
});

test("the header stays one line that Node accepts and simple clients read, whatever the name", () => {
  const alphabet = [
    "a",
    '"',
    "\\",
    "\r",
    "\n",
    "\u0000",
    "\u007f",
    "\u0085",
    "\u2028",
    "é",
    "😀",
    "\ud800",
    ";",
    "%",
    "'",
    " ",
  ];
  for (let seed = 0; seed < 5000; seed++) {
    const name = Array.from(
      { length: 1 + (seed % 6) },
      (_, i) => alphabet[(seed * 7 + i * i * 5 + i) % alphabet.length],
    ).join("");
    const header = contentDisposition(name, seed % 2 === 0);
    validateHeaderValue("content-disposition", header);
    // oxlint-disable-next-line no-control-regex -- they must be gone
    assert.doesNotMatch(header, /[\u0000-\u001f\u007f]/);
    const [, quoted, extended] =
      /^(?:inline|attachment); filename="([^"\\]+)"(?:; filename\*=UTF-8''([\w!#$&+.^`|~%-]+))?$/.exec(header) ?? [];
    assert.ok(quoted, header);
    const text = Buffer.from(quoted, "latin1").toString("utf8");
    if (extended === undefined) assert.equal(text, name.replace(/[\p{Cc}\u2028]/gu, "_"));
    else assert.equal(decodeURIComponent(extended).replaceAll('"', "'").replaceAll("\\", "_"), text);
  }
});
