import assert from "node:assert/strict";
import { test } from "node:test";
import { type AddressLink, isDomainError, type Letter } from "@consigne/core";
import { address, type Bench, byPassword, HOUR_MS, MINUTE_MS } from "../_services.ts";
import { openPost, type Post, work } from "../_letters.ts";

const email = "owner@example.org";
const fresh = "new@example.org";
const password = "a long password";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);
const owner = (bench: Bench, name = email) => byPassword(bench, name, password);
const stateOf = async ({ services }: Bench, token: string): Promise<AddressLink["state"]> =>
  (await services.addressChange.look(token)).state;
const lettersOf = (post: Post, kind: Letter["kind"]) => post.letters.filter((letter) => letter.kind === kind);

/** Requests the change and returns the mailed token. */
async function mailedToken({ bench, post }: { bench: Bench; post: Post }, to = fresh): Promise<string> {
  const before = lettersOf(post, "email-change").length;
  await bench.services.addressChange.request(await owner(bench), to, "en");
  await work(bench);
  const letter = lettersOf(post, "email-change")[before];
  assert.ok(letter !== undefined && "token" in letter, "a mail was sent");
  return letter.token;
}

test("a link mailed to the new address changes it once, with the password, and the old one is notified", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { account } = await bench.account(email);
  const { text: key } = await bench.services.keys.create("operator", account, { name: "backup" });
  const { token: session } = await bench.services.sessions.begin(await owner(bench), { life: "long", userAgent: "" });
  const token = await mailedToken(opened);
  for (let looks = 0; looks < 3; looks++) assert.equal(await stateOf(bench, token), "usable");
  await owner(bench);
  const outcome = await bench.services.addressChange.confirm(token, await owner(bench), "fr");
  assert.deepEqual(outcome, { state: "done", email: fresh });
  await assert.rejects(owner(bench), refusal("unknown-credentials"));
  const now = await owner(bench, fresh);
  assert.equal(now.account.id, account.id);
  assert.equal((await bench.services.addressChange.confirm(token, now, "en")).state, "spent");
  await bench.services.keys.authenticate(key, address);
  assert.notEqual(await bench.services.sessions.authenticate(session, address), undefined);
  await work(bench);
  assert.deepEqual(
    post.letters.map(({ kind, to, language }) => ({ kind, to, language })),
    [
      { kind: "email-change", to: fresh, language: "en" },
      { kind: "email-changed", to: email, language: "fr" },
    ],
  );
  const records = await (await bench.services.auditLog.list("operator", { limit: 9 })).all();
  const told = records.filter(({ action }) => action.startsWith("account.email"));
  assert.deepEqual(told.map(({ action, accountId }) => ({ action, accountId })).toSorted(byAction), [
    { action: "account.email", accountId: account.id },
    { action: "account.email-requested", accountId: account.id },
  ]);
  assert.ok(!JSON.stringify([records, await bench.services.jobs.list("operator")]).includes(token));
});

const byAction = (a: { action: string }, b: { action: string }) => a.action.localeCompare(b.action);

test("a link works for its own account only, with a recent password, and never with a key", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const person = await bench.account(email);
  await bench.account("stranger@example.org");
  await bench.services.accounts.create("operator", {
    email: "chief@example.org",
    password,
    planId: "free",
    isAdmin: true,
  });
  const token = await mailedToken(opened);
  const { addressChange } = bench.services;
  for (const name of ["stranger@example.org", "chief@example.org"]) {
    await assert.rejects(addressChange.confirm(token, await owner(bench, name), "en"), refusal("not-allowed"), name);
  }
  const keyed = await bench.keyed(person);
  await assert.rejects(addressChange.confirm(token, keyed, "en"), refusal("fresh-proof-required"));
  await assert.rejects(addressChange.request(keyed, fresh, "en"), refusal("fresh-proof-required"));
  const stale = await owner(bench);
  bench.clock.advance(10 * MINUTE_MS + 1);
  await assert.rejects(addressChange.confirm(token, stale, "en"), refusal("fresh-proof-required"));
  await assert.rejects(addressChange.request(stale, "other@example.org", "en"), refusal("fresh-proof-required"));
  assert.equal(await stateOf(bench, token), "usable");
  await owner(bench);
});

test("a mailed link of one kind does not work for another", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  await bench.account(email);
  const token = await mailedToken(opened);
  const { addressChange, passwordReset } = bench.services;
  assert.equal((await passwordReset.look(token)).state, "unknown");
  await passwordReset.request(email, "en", address);
  await work(bench);
  const [letter] = lettersOf(post, "password-reset");
  assert.ok(letter !== undefined && "token" in letter);
  assert.equal(await stateOf(bench, letter.token), "unknown");
  assert.equal((await addressChange.confirm(letter.token, await owner(bench), "en")).state, "unknown");
  assert.equal((await passwordReset.look(letter.token)).state, "usable");
  await addressChange.confirm(token, await owner(bench), "en");
  assert.equal((await passwordReset.look(letter.token)).state, "replaced", "the old mailbox no longer opens anything");
});

test("taken and free addresses get the same answer, and no existing account is written to", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  await bench.account(email);
  await bench.account("taken@example.org");
  const by = await owner(bench);
  for (const to of ["taken@example.org", "TAKEN@example.org", fresh])
    assert.equal(await bench.services.addressChange.request(by, to, "en"), undefined);
  await work(bench);
  assert.deepEqual(
    post.letters.map(({ to }) => to),
    [fresh],
  );
});

test("an address taken by somebody else meanwhile is refused, and the link stays valid", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  await bench.account(email);
  const token = await mailedToken(opened);
  await bench.account(fresh);
  await assert.rejects(
    bench.services.addressChange.confirm(token, await owner(bench), "en"),
    refusal("account-exists"),
  );
  assert.equal(await stateOf(bench, token), "usable");
  await owner(bench);
});

test("a link is reported as replaced, expired, ended by a new password, of a locked account, or unknown", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const { account } = await bench.account(email);
  const first = await mailedToken(opened);
  const second = await mailedToken(opened, "second@example.org");
  assert.equal(await stateOf(bench, first), "replaced");
  await bench.services.accounts.setLocked("operator", account, true);
  assert.equal(await stateOf(bench, second), "account-locked");
  await bench.services.accounts.setLocked("operator", account, false);
  await bench.services.accounts.setPassword("operator", account, password);
  assert.equal(await stateOf(bench, second), "password-changed");
  bench.clock.advance(HOUR_MS);
  const third = await mailedToken(opened, "third@example.org");
  bench.clock.advance(HOUR_MS);
  assert.equal(await stateOf(bench, third), "expired");
  for (const text of ["", "x", "A".repeat(40), "' or 1"]) assert.equal(await stateOf(bench, text), "unknown");
});

test("at most three letters an hour are sent for one account, and to one address three for all accounts, with each account's first", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  await bench.account(email);
  const by = await owner(bench);
  const ask = (to: string, who = by) => bench.services.addressChange.request(who, to, "en");
  for (const count of [1, 2, 3]) await ask(`new${count}@example.org`);
  await assert.rejects(ask("new4@example.org"), refusal("too-busy"));
  await work(bench);
  assert.ok(post.letters.length <= 3);
  const writer = async (count: number) => {
    await bench.account(`many${count}@example.org`);
    return byPassword(bench, `many${count}@example.org`, password, "198.51.100.1");
  };
  // The first mail to each address is always sent, and all of them share three more.
  for (const count of [1, 2, 3]) {
    const by = await writer(count);
    for (const to of ["victim@example.org", "Victim@example.org"]) await ask(to, by);
  }
  const last = await writer(4);
  await ask("victim@example.org", last);
  await assert.rejects(ask("VICTIM@example.org", last), refusal("too-busy"));
});

test("requests are counted by account, not by address: strangers use up nothing", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const { addressChange, passwordReset } = bench.services;
  for (let asked = 0; asked < 10; asked++) await passwordReset.request(`nobody${asked}@example.org`, "en", address);
  for (let count = 0; count < 12; count++) {
    await bench.account(`colleague${count}@example.org`);
    const by = await owner(bench, `colleague${count}@example.org`);
    await addressChange.request(by, `new${count}@example.org`, "en");
  }
});

test("an invalid address is refused", async () => {
  await using opened = await openPost();
  await opened.bench.account(email);
  const by = await owner(opened.bench);
  for (const bad of ["", "me", "a b@example.org", "<x>@example.org", `${"a".repeat(300)}@example.org`])
    await assert.rejects(opened.bench.services.addressChange.request(by, bad, "en"), refusal("bad-argument"), bad);
});
