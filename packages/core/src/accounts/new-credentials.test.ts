import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isEmailAddress } from "./new-credentials.ts";

suite("an e-mail address", () => {
  test("may contain what mail servers accept", () => {
    for (const text of ["a@localhost", "first.last+tag@mail.example.org", "o=1/x@[192.0.2.1]", "éva@exämple.org"])
      assert.equal(isEmailAddress(text), true, text);
  });

  test("contains no spaces, list separators or invisible characters", () => {
    const strange = [
      "\0",
      "\u001b[31m",
      "\u007f",
      "\u0085",
      "\u00ad",
      "\u200b",
      "\u202e",
      "\ud800",
      "\r\n",
      " ",
      "<",
      '"',
    ];
    for (const text of strange) {
      assert.equal(isEmailAddress(`a${text}b@example.org`), false, JSON.stringify(text));
      assert.equal(isEmailAddress(`a@example${text}.org`), false, JSON.stringify(text));
    }
    for (const text of ["", "a", "@", "a@", "@b", "a@b@c", `${"a".repeat(65)}@b`])
      assert.equal(isEmailAddress(text), false);
  });
});
