import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword } from "../accounts/password-hash.ts";
import { type Actor, guest } from "../policy/actor.ts";
import { LinkPasswords } from "./link-passwords.ts";

test("one call checks a password against a hash once, right or wrong", async () => {
  let guesses = 0;
  const guess = async <T>(_by: Actor, check: () => Promise<T>): Promise<T> => {
    guesses += 1;
    return check();
  };
  const given = new LinkPasswords({ flood: { guess } }).given("open sesame", guest("192.0.2.7"));
  const [right, wrong] = [await hashPassword("open sesame", "operator"), await hashPassword("another", "operator")];
  const answers = [];
  for (const hash of [right, wrong, right, wrong, wrong, undefined]) answers.push(await given.judge(hash));
  assert.deepEqual(answers, ["right", "wrong", "right", "wrong", "wrong", "not-needed"]);
  assert.equal(guesses, 2);
});
