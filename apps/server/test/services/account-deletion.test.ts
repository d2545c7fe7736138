import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, isDomainError } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { work } from "../_scheduled-work.ts";
import { type Bench, DAY_MS, openBench, storedKeys, uploadTexts } from "../_services.ts";

const GRACE_DAYS = 7;

const proved = (bench: Bench, { account }: AccountActor) =>
  accountActor({ account, address: "192.0.2.7", provedAt: bench.clock.now() });

const find = async (bench: Bench, { account }: AccountActor) => bench.ports.database.accounts.findById(account.id);

/** Like a server that runs all the time; the relevant job runs twice a day. */
async function passDays(bench: Bench, days: number): Promise<void> {
  for (let half = 0; half < 2 * days; half++) {
    const outcomes = await work(bench, "remove-accounts", undefined, DAY_MS / 2);
    assert.ok(
      outcomes.every((outcome) => outcome === "done"),
      outcomes.join(", "),
    );
  }
}

async function assertRefused(work: Promise<unknown>, code: Parameters<typeof isDomainError>[1]): Promise<void> {
  await assert.rejects(work, (error) => isDomainError(error, code));
}

test("an account deleted by its owner is locked at once, and removed with everything a week later", async () => {
  await using bench = await openBench();
  const owner = await bench.account("leaving@example.org");
  const other = await bench.account("staying@example.org");
  await bench.services.folders.create(owner, "root", "photos");
  await uploadTexts(bench, owner, { "mine.txt": "mine", "both.txt": "common" });
  await uploadTexts(bench, other, { "theirs.txt": "common" });
  const keyed = await bench.keyed(owner);
  await passDays(bench, 2);
  const removesAt = await bench.services.accountDeletion.request(proved(bench, owner), owner.account.email, "fr");
  assert.equal(removesAt.getTime(), bench.clock.now().getTime() + GRACE_DAYS * DAY_MS);

  const locked = await find(bench, owner);
  assert.equal(locked?.isLocked, true);
  assert.deepEqual(locked?.removesAt, removesAt);
  await assertRefused(uploadTexts(bench, keyed, { "late.txt": "late" }), "account-locked");
  const [letter] = await bench.ports.database.jobs.list({ kind: "mail-account-deleted", limit: 5 });
  const { to, language, from, removesAt: told } = letter?.payload ?? {};
  assert.deepEqual([to, language, from, told], [owner.account.email, "fr", "192.0.2.7", removesAt.toISOString()]);

  await passDays(bench, GRACE_DAYS - 1);
  assert.equal((await bench.services.accounts.getUsage(owner.account)).fileCount, 2);
  await passDays(bench, 1);
  assert.equal(await find(bench, owner), undefined);
  assert.equal((await storedKeys(bench)).length, 1, "the bytes that another account also has");
  assert.equal((await bench.services.accounts.getUsage(other.account)).fileCount, 1);
  const { findings } = await bench.services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(findings, []);
  const records = await bench.ports.database.audit.list({ objectId: owner.account.id, limit: 2 });
  assert.deepEqual(
    records.map(({ action, address, details }) => ({ action, address, details })),
    [
      { action: "account.removed", address: "server", details: { email: owner.account.email } },
      { action: "account.delete", address: "192.0.2.7", details: { files: 2, folders: 1, keys: 1 } },
    ],
  );
});

test("an unlocked account is as it was, and is not removed if locked again for another reason", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const keyed = await bench.keyed(owner);
  await uploadTexts(bench, owner, { "mine.txt": "mine" });
  await passDays(bench, 2);
  await bench.services.accountDeletion.request(proved(bench, owner), owner.account.email);
  await passDays(bench, GRACE_DAYS - 1);
  await bench.services.accounts.setLocked("operator", owner.account, false);
  assert.equal((await find(bench, owner))?.removesAt, undefined);
  await uploadTexts(bench, keyed, { "later.txt": "later" });
  await bench.services.accounts.setLocked("operator", owner.account, true);
  await passDays(bench, GRACE_DAYS);
  assert.equal((await bench.services.accounts.getUsage(owner.account)).fileCount, 2);
});

test("nothing is removed within a day after the clock jumped or the server was down", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  await passDays(bench, 2);
  await bench.services.accountDeletion.request(proved(bench, owner), owner.account.email);
  bench.clock.advance(100 * DAY_MS);
  await passDays(bench, 1);
  assert.notEqual(await find(bench, owner), undefined);
  await passDays(bench, 1);
  assert.equal(await find(bench, owner), undefined);
});

test("an account can be deleted only with a recent password", async () => {
  await using bench = await openBench();
  const owner = await bench.account("owner@example.org");
  const keyed = await bench.keyed(owner);
  const { accountDeletion } = bench.services;
  await assertRefused(accountDeletion.request(keyed, keyed.account.email), "fresh-proof-required");
  await assertRefused(accountDeletion.request(proved(bench, owner), "other@example.org"), "bad-argument");
  const late = proved(bench, owner);
  bench.clock.advance(10 * 60_000 + 1);
  await assertRefused(accountDeletion.request(late, late.account.email), "fresh-proof-required");
  assert.equal((await find(bench, owner))?.isLocked, false);
});

test("the last administrator cannot delete their own account", async () => {
  await using bench = await openBench();
  const input = {
    email: "admin@example.org",
    password: "a long password",
    planId: "unlimited",
    isAdmin: true,
  } as const;
  const account = await bench.services.accounts.create("operator", input);
  const admin = accountActor({ account, address: "192.0.2.7", provedAt: bench.clock.now() });
  await assertRefused(bench.services.accountDeletion.request(admin, "Admin@example.org"), "last-administrator");
  await bench.services.accounts.create("operator", { ...input, email: "second@example.org" });
  await bench.services.accountDeletion.request(admin, "Admin@example.org");
});
