import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, MAX_PASSWORD_BYTES, verifyPassword } from "./password-hash.ts";

test("a password is right for its own hash only, and no two hashes are alike", async () => {
  const [one, two] = await Promise.all([hashPassword("pässword"), hashPassword("pässword")]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, two);
  assert.deepEqual(await Promise.all([verifyPassword("pässword", one), verifyPassword("passWord", two)]), [
    true,
    false,
  ]);
});

test("nobody's password, an unreadable hash and an endless password are wrong", async () => {
  assert.equal(await verifyPassword("x", undefined), false);
  assert.equal(await verifyPassword("x", "not a hash"), false);
  const longest = "x".repeat(MAX_PASSWORD_BYTES);
  const hash = await hashPassword(longest);
  assert.deepEqual(await Promise.all([verifyPassword(longest, hash), verifyPassword(`${longest}x`, hash)]), [
    true,
    false,
  ]);
});

test("many at once all get their answer", async () => {
  const hash = await hashPassword("right");
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => verifyPassword(at % 2 === 0 ? "right" : "wrong", hash)),
  );
  assert.deepEqual(answers, [true, false, true, false, true, false, true, false]);
});
