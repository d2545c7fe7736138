import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExpiry } from "./expiry.ts";

test("an expiry is given as a time from now or as a day", () => {
  const inAWeek = parseExpiry("7d", "--expires").getTime() - Date.now();
  assert.ok(Math.abs(inAWeek - 7 * 86_400_000) < 60_000);
  assert.deepEqual(parseExpiry("9999-01-31", "--expires"), new Date("9999-01-31T00:00"));
  assert.deepEqual(parseExpiry("9999-01-31T12:00:00Z", "--expires"), new Date("9999-01-31T12:00:00Z"));
});

test("an expiry that is not in the future is refused", () => {
  for (const text of ["0", "soon", "", "2020-01-31", "2027-13-31", "9999999999999d"])
    assert.throws(() => parseExpiry(text, "--expires"), { name: "UsageError", message: /^--expires takes a time/ });
});
