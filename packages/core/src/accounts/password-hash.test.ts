import assert from "node:assert/strict";
import { test } from "node:test";
import { guest } from "../policy/actor.ts";
import { hashPassword, MAX_PASSWORD_BYTES, verifyPassword } from "./password-hash.ts";

const address = "192.0.2.7";
const created = (password: string) => hashPassword(password, guest(address));
const isRight = (password: string, hash: string | undefined) => verifyPassword(password, hash, guest(address));

test("a password matches its own hash only, and no two hashes are equal", async () => {
  const [one, two] = await Promise.all([created("pässword"), created("pässword")]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, two);
  assert.deepEqual(await Promise.all([isRight("pässword", one), isRight("passWord", two)]), [true, false]);
});

test("another password, an unreadable hash and an endless password do not match", async () => {
  assert.equal(await isRight("x", undefined), false);
  assert.equal(await isRight("x", "not a hash"), false);
  const longest = "x".repeat(MAX_PASSWORD_BYTES);
  const hash = await created(longest);
  assert.deepEqual(await Promise.all([isRight(longest, hash), isRight(`${longest}x`, hash)]), [true, false]);
});

test("many checks at once all get an answer", async () => {
  const hash = await created("right");
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => isRight(at % 2 === 0 ? "right" : "wrong", hash)),
  );
  assert.deepEqual(answers, [true, false, true, false, true, false, true, false]);
});

test("a check does not wait for hashes that others create", async () => {
  const hash = await created("right");
  let done = 0;
  // Few, so that even the last gets its turn within the longest allowed wait, on the busiest machine.
  const makings = Array.from({ length: 6 }, async () => {
    await created("another");
    done += 1;
  });
  assert.equal(await isRight("right", hash), true);
  assert.ok(done <= 3, `${done} were made first`);
  await Promise.all(makings);
});

test("the work of a caller who has left is not done", async () => {
  const hash = await created("right");
  const leaving = new AbortController();
  const reason = new Error("gone");
  const { signal } = leaving;
  const busy = Array.from({ length: 4 }, () => Promise.all([created("another"), isRight("right", hash)]));
  const left = [hashPassword("mine", guest(address), signal), verifyPassword("right", hash, guest(address), signal)];
  leaving.abort(reason);
  for (const each of left) await assert.rejects(each, reason);
  await assert.rejects(hashPassword("mine", guest(address), signal), reason);
  await Promise.all(busy);
});
