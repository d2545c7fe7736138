import assert from "node:assert/strict";
import { test } from "node:test";
import type { Account, Letter } from "@consigne/core";
import { openPost, work } from "../_letters.ts";
import { address, type Bench, byPassword, HOUR_MS } from "../_services.ts";

const email = "owner@example.org";
const password = "a long password";

const told = (letters: readonly Letter[]) =>
  letters.map((letter) => ({ kind: letter.kind, to: letter.to, language: letter.language, ...fromOf(letter) }));
const fromOf = (letter: Letter) => ("from" in letter ? { from: letter.from } : {});

async function administrator({ services }: Bench) {
  await services.accounts.create("operator", { email: "chief@example.org", password, planId: "free", isAdmin: true });
  return byPassword({ services }, "chief@example.org", password, "198.51.100.9");
}

test("the owner is notified of a new password, whoever set it", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account(email);
  const { accounts } = bench.services;
  const owner = await byPassword(bench, email, password);
  await accounts.setPassword(owner, account, "another password", { language: "fr" });
  await accounts.setPassword(await administrator(bench), account, "a third password");
  await accounts.setPassword("operator", account, "a fourth password");
  await work(bench);
  assert.deepEqual(told(post.letters), [
    { kind: "password-changed", to: email, language: "fr", from: address },
    { kind: "password-changed", to: email, language: "en", from: undefined },
    { kind: "password-changed", to: email, language: "en", from: undefined },
  ]);
});

test("the old address is notified when an operator replaces it", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account(email);
  const { accounts } = bench.services;
  await accounts.setEmail("operator", account, "second@example.org");
  const renamed: Account = { ...account, email: "second@example.org" };
  await accounts.setEmail(await administrator(bench), renamed, "third@example.org");
  await work(bench);
  assert.deepEqual(told(post.letters), [
    { kind: "email-changed", to: email, language: "en", from: undefined },
    { kind: "email-changed", to: "second@example.org", language: "en", from: undefined },
  ]);
});

test("letters about commands and calls are in the language used at the last sign-in", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account(email);
  const { accounts, keys, sessions } = bench.services;
  const browser = { life: "short", userAgent: "Browser/1.0" } as const;
  const known = () => accounts.getByEmail("operator", email);
  await sessions.begin(await byPassword(bench, email, password), { ...browser, language: "fr" });
  // A program, which gives no language.
  await sessions.begin(await byPassword(bench, email, password), browser);
  await keys.create(await byPassword(bench, email, password), account, { name: "by a call" });
  await accounts.setPassword("operator", await known(), "another password");
  await sessions.begin(await byPassword(bench, email, "another password"), { ...browser, language: "en" });
  await accounts.setEmail("operator", await known(), "second@example.org");
  await work(bench);
  assert.deepEqual(
    post.letters.map(({ kind, language }) => [kind, language]),
    [
      ["key-made", "fr"],
      ["password-changed", "fr"],
      ["email-changed", "en"],
    ],
  );
});

test("a mail server is never used for an address that mail cannot reach, and no job fails because of it", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account("owner@localhost");
  const { accounts, passwordReset } = bench.services;
  await accounts.setPassword("operator", account, "another password");
  await work(bench);
  assert.equal(post.letters.length, 1, "in a folder it waits for the operator");
  post.place = { kind: "server", host: "mail.example.org" };
  await accounts.setPassword("operator", account, "a third password");
  await passwordReset.request("owner@localhost", "en", address);
  await passwordReset.settle();
  await work(bench);
  assert.equal(post.letters.length, 1);
  assert.deepEqual(await bench.services.jobs.list("operator", { states: ["dead", "delayed"] }), []);
});

test("a refused change sends no letter", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account(email);
  await bench.account("taken@example.org");
  const stranger = await bench.account("stranger@example.org");
  const { accounts, keys } = bench.services;
  await assert.rejects(accounts.setPassword(stranger, account, "another password"));
  await assert.rejects(accounts.setPassword("operator", account, "short"));
  await assert.rejects(accounts.setEmail("operator", account, "taken@example.org"));
  const weak = await bench.keyed(await byPassword(bench, email, password));
  for (let count = 0; count < 5; count++) await assert.rejects(keys.create(weak, account, { name: "mine" }));
  await work(bench);
  assert.deepEqual(post.letters, []);
  // Failed attempts do not count towards the mails per hour.
  await keys.create(await byPassword(bench, email, password), account, { name: "mine" });
  await work(bench);
  assert.deepEqual(told(post.letters), [{ kind: "key-made", to: email, language: "en", from: address }]);
});

test("the owner is notified of keys made or replaced over the network, three an hour, but not of the operator's", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account(email);
  const { keys } = bench.services;
  await keys.create("operator", account, { name: "by the operator" });
  const owner = await byPassword(bench, email, password);
  const { key } = await keys.create(owner, account, { name: "NAS" }, "fr");
  await keys.rotate(owner, key.id, 0, "fr");
  for (const name of ["third", "fourth", "fifth"]) await keys.create(owner, account, { name });
  await work(bench);
  const names = () => post.letters.map((letter) => (letter.kind === "key-made" ? letter.name : letter.kind));
  assert.deepEqual(names(), ["NAS", "NAS", "third"]);
  assert.deepEqual(told(post.letters.slice(0, 1)), [{ kind: "key-made", to: email, language: "fr", from: address }]);
  bench.clock.advance(HOUR_MS);
  await keys.create(await byPassword(bench, email, password), account, { name: "later" });
  await work(bench);
  assert.deepEqual(names().slice(3), ["later"]);
});
