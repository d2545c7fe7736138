import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccountActor, Listing, Services } from "@consigne/core";
import { accountActor, may } from "@consigne/core/testing";
import { type Bench, openBench } from "../_services.ts";

/** Long enough for three pages. */
const MANY = 600;

async function manyRows({ ports, services, clock }: Bench, person: AccountActor): Promise<void> {
  const { account } = person;
  const keyOfAll = await services.keys.create("operator", account, { name: "sample" });
  await ports.database.transaction(async (rows) => {
    const sample = await rows.apiKeys.findById(keyOfAll.key.id);
    assert.ok(sample);
    for (let at = 0; at < MANY; at++) {
      const createdAt = new Date(clock.now().getTime() + at);
      await rows.apiKeys.create({ ...sample, id: may(`key${at}`), hash: `hash ${at}`, createdAt });
      const { rootFolderId: _root, ...copied } = account;
      await rows.accounts.create({ ...copied, id: `account${at}`, email: `many${at}@example.org`, createdAt });
      const record = { apiKeyId: undefined, address: "operator", action: "test", objectId: "x", details: {} };
      await rows.audit.append([{ ...record, id: `record${at}`, at: createdAt, accountId: undefined }]);
    }
  });
}

const lists: Record<string, (services: Services, by: AccountActor) => Promise<Listing<unknown>>> = {
  keys: ({ keys }, by) => keys.list(by, by.account),
  accounts: ({ accounts }, by) => accounts.list(by),
  records: ({ auditLog }, by) => auditLog.list(by, { limit: 10_000 }),
  "records of an account": ({ auditLog }, by) => auditLog.listOfAccount(by, "x", 10_000),
};

test("lists of keys, accounts and records end for a reader who has lost the right", async () => {
  await using bench = await openBench();
  const { services, ports, clock } = bench;
  const person = await bench.account();
  await manyRows(bench, person);
  const admin = await services.accounts.create("operator", {
    email: "admin@example.org",
    password: "a long password",
    planId: "unlimited",
    isAdmin: true,
  });
  for (const [name, list] of Object.entries(lists)) {
    const account = name === "keys" ? person.account : ((await ports.database.accounts.findById(admin.id)) ?? admin);
    const by = accountActor({ account, address: "192.0.2.7", provedAt: clock.now() });
    for (const isEnded of [false, true]) {
      const listing = await list(services, by);
      assert.equal(listing.isWhole, false, name);
      const pages = listing.pages();
      let count = ((await pages.next()).value ?? []).length;
      if (isEnded) await services.accounts.setLocked("operator", account, true);
      clock.advance(6000);
      const rest = async () => {
        for await (const page of pages) count += page.length;
      };
      if (isEnded) await assert.rejects(rest(), { code: "account-locked" }, name);
      else await rest();
      assert.equal(count >= MANY, !isEnded, `${name}: ${count}`);
      if (isEnded) await services.accounts.setLocked("operator", account, false);
    }
  }
});

test("the operator reads lists to the end, and a reader who has left reads no further", async () => {
  await using bench = await openBench();
  const person = await bench.account();
  await manyRows(bench, person);
  const listing = await bench.services.accounts.list("operator");
  bench.clock.advance(60_000);
  assert.equal((await listing.all()).length, listing.count);
  const gone = new AbortController();
  const left = await bench.services.keys.list(person, person.account, { signal: gone.signal });
  const reason = new Error("gone");
  gone.abort(reason);
  await assert.rejects(left.all(), (error) => error === reason);
});
