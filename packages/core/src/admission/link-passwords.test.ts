import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword } from "../accounts/password-hash.ts";
import { type Actor, guest } from "../policy/actor.ts";
import { AesSealer } from "../ports/aes-sealer.ts";
import { VirtualClock } from "../ports/clock.ts";
import { LinkPasswords } from "./link-passwords.ts";

const sealerOf = (byte: number) => new AesSealer(async () => new Uint8Array(32).fill(byte));

test("one call checks a password against a hash once, right or wrong", async () => {
  let guesses = 0;
  const guess = async <T>(_by: Actor, check: () => Promise<T>): Promise<T> => {
    guesses += 1;
    return check();
  };
  const passwords = new LinkPasswords({ flood: { guess }, sealer: sealerOf(1), clock: new VirtualClock() });
  const given = passwords.given("open sesame", guest("192.0.2.7"));
  const [right, wrong] = [await hashPassword("open sesame", "operator"), await hashPassword("another", "operator")];
  const answers = [];
  for (const hash of [right, wrong, right, wrong, wrong, undefined]) answers.push(await given.judge(hash));
  assert.deepEqual(answers, ["right", "wrong", "right", "wrong", "wrong", "not-needed"]);
  assert.equal(guesses, 2);
});

test("what is remembered of a right password stands for it for an hour, for that password alone, and is never a guess", async () => {
  const guess = () => assert.fail("it was counted as a guess");
  const clock = new VirtualClock();
  const passwords = new LinkPasswords({ flood: { guess }, sealer: sealerOf(1), clock });
  const others = new LinkPasswords({ flood: { guess }, sealer: sealerOf(2), clock });
  const [hash, sameLetters] = ["scrypt of a salt", "scrypt of another salt"];
  const { text, lifeMs } = await passwords.remember(hash);
  const judge = (remembered: string[], of: string | undefined = hash) =>
    passwords.given({ remembered }, guest("192.0.2.7")).judge(of);
  assert.ok(!text.includes(hash));
  assert.equal(await judge([text]), "right");
  assert.equal(await judge(["planted", text]), "right");
  assert.equal(await judge([text], sameLetters), "not-given");
  assert.equal(await passwords.given({ remembered: [text] }, guest("192.0.2.7")).judge(undefined), "not-needed");
  const altered = [
    `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`,
    text.replace(/^\d+/, (digits) => String(Number(digits) + 1)),
    (await others.remember(hash)).text,
    "",
    ".",
  ];
  for (const each of altered) assert.equal(await judge([each]), "not-given", each);
  clock.advance(lifeMs - 1);
  assert.equal(await judge([text]), "right");
  clock.advance(1);
  assert.equal(await judge([text]), "not-given");
  clock.advance(-2 * lifeMs);
  assert.equal(await judge([text]), "not-given", "the clock was put back");
});
