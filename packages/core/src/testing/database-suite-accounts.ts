import assert from "node:assert/strict";
import { test } from "node:test";
import { type Account, defaultAccountSettings } from "../accounts/account.ts";
import {
  assertRefused,
  at,
  createFile,
  createOwner,
  sampleAccount,
  sampleApiKey,
  sampleFolder,
  may,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function accountTests(open: OpenDatabase): void {
  test("returns an account as created, with its root folder", async () => {
    await using opened = await open();
    const { accounts, folders } = opened.database;
    const settings = { ...defaultAccountSettings, pageLimit: 500, ftpFolderId: 2 ** 40, usesCdn: true };
    const sample = sampleAccount({ planId: "premium", planEndsAt: at(5), isAdmin: true, isLocked: true, settings });
    const created = await accounts.create(sample);
    assert.deepEqual(created, { ...sample, rootFolderId: created.rootFolderId });
    assert.deepEqual(await accounts.findById(sample.id), created);
    const root = await folders.findById(created.rootFolderId);
    assert.equal(root?.accountId, sample.id);
    assert.equal(root?.parentId, undefined);
  });

  test("finds several accounts at once", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    const made = [];
    for (let index = 0; index < 3; index++) made.push(await accounts.create(sampleAccount()));
    const found = await accounts.findByIds([...made.map(({ id }) => id), made[0]?.id ?? "", "unknown"]);
    const byId = (one: Account, other: Account) => (one.id < other.id ? -1 : 1);
    assert.deepEqual(found.toSorted(byId), made.toSorted(byId));
    assert.deepEqual(await accounts.findByIds([]), []);
  });

  test("finds an account by e-mail in any letter case", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    const { id } = await accounts.create(sampleAccount({ email: "Jürgen.MÜLLER@Example.org" }));
    const found = await accounts.findByEmail("jÜRGEN.müller@EXAMPLE.org");
    assert.equal(found?.id, id);
    assert.equal(found?.email, "Jürgen.MÜLLER@Example.org");
    assert.equal(await accounts.findByEmail("somebody@example.org"), undefined);
  });

  test("refuses a second account with the same e-mail and leaves no folder behind", async () => {
    await using opened = await open();
    const { accounts, folders } = opened.database;
    const first = await accounts.create(sampleAccount({ email: "a@example.org" }));
    await assertRefused(accounts.create(sampleAccount({ email: "A@Example.ORG" })), "account-exists");
    assert.equal(await accounts.count(), 1);
    const next = await accounts.create(sampleAccount());
    assert.equal((await folders.findById(next.rootFolderId))?.accountId, next.id);
    assert.equal((await folders.findById(first.rootFolderId))?.accountId, first.id);
  });

  test("lists deleted accounts that are due for removal, the longest due first", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    const deleted = (seconds: number) => sampleAccount({ isLocked: true, removesAt: at(seconds) });
    const [late, soon, early] = [deleted(2), deleted(10), deleted(1)];
    for (const account of [late, soon, early, sampleAccount(), sampleAccount({ removesAt: at(1) })])
      await accounts.create(account);
    const ids = async (seconds: number, limit: number) =>
      (await accounts.listDue(at(seconds), limit)).map(({ id }) => id);
    assert.deepEqual(await ids(2, 10), [early.id, late.id]);
    assert.deepEqual(await ids(2, 1), [early.id]);
    await accounts.update(may(early.id), { removesAt: undefined });
    assert.deepEqual(await ids(2, 10), [late.id]);
  });

  test("creates only one of many accounts requested with one e-mail at once", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    const attempts = Array.from({ length: 8 }, () => accounts.create(sampleAccount({ email: "race@example.org" })));
    const outcomes = await Promise.allSettled(attempts);
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal(await accounts.count(), 1);
  });

  test("lists accounts oldest first and counts them", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    assert.deepEqual(await accounts.list({ limit: 10 }), []);
    assert.equal(await accounts.count(), 0);
    const younger = await accounts.create(sampleAccount({ createdAt: at(2) }));
    const older = await accounts.create(sampleAccount({ createdAt: at(1) }));
    assert.deepEqual(await accounts.list({ limit: 10 }), [older, younger]);
    assert.deepEqual(await accounts.list({ limit: 1 }), [older]);
    assert.deepEqual(await accounts.list({ after: older, limit: 10 }), [younger]);
    assert.deepEqual(await accounts.list({ after: younger, limit: 10 }), []);
    assert.equal(await accounts.count(), 2);
  });

  test("removes an account with its root, which frees its e-mail", async () => {
    await using opened = await open();
    const { accounts, folders } = opened.database;
    const { account, root } = await createOwner(opened.database);
    const other = await createOwner(opened.database);
    await accounts.remove(may(account.id));
    assert.equal(await accounts.findById(account.id), undefined);
    assert.equal(await accounts.findByEmail(account.email), undefined);
    assert.equal(await folders.findById(root.id), undefined);
    assert.deepEqual(await accounts.findById(other.account.id), other.account);
    assert.deepEqual(await folders.findById(other.root.id), other.root);
    await accounts.remove(may(account.id));
    assert.equal(await accounts.count(), 1);
    assert.ok(await accounts.create(sampleAccount({ email: account.email })));
  });

  test("keeps an account whose root has contents, or that has keys", async () => {
    await using opened = await open();
    const { accounts, apiKeys, files, folders } = opened.database;
    const { account, place, root } = await createOwner(opened.database);
    const file = await createFile(opened.database, place);
    await assertRefused(accounts.remove(may(account.id)), "folder-not-empty");
    await files.removeMany([may(file.id)]);
    const folder = await folders.create(sampleFolder(root));
    await assertRefused(accounts.remove(may(account.id)), "folder-not-empty");
    await folders.remove(may(folder.id));
    await apiKeys.create(sampleApiKey(account.id));
    await assert.rejects(accounts.remove(may(account.id)));
    assert.deepEqual(await accounts.findById(account.id), account);
    assert.deepEqual(await folders.findById(root.id), root);
  });

  test("changes the named fields of an account and nothing else", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    const created = await accounts.create(sampleAccount({ planEndsAt: at(9), quotaBytes: 2 ** 40 }));
    const other = await accounts.create(sampleAccount());
    await accounts.update(may(created.id), {});
    assert.deepEqual(await accounts.findById(created.id), created);
    const settings = { ...created.settings, defaultDomain: 7 };
    const changes = { passwordHash: "$new", planId: "free", isLocked: true, isAdmin: true, settings } as const;
    await accounts.update(may(created.id), changes);
    assert.deepEqual(await accounts.findById(created.id), { ...created, ...changes });
    await accounts.update(may(created.id), { planEndsAt: undefined });
    assert.deepEqual(await accounts.findById(created.id), { ...created, ...changes, planEndsAt: undefined });
    await accounts.update(may(created.id), { quotaBytes: undefined });
    const none = { planEndsAt: undefined, quotaBytes: undefined };
    assert.deepEqual(await accounts.findById(created.id), { ...created, ...changes, ...none });
    assert.deepEqual(await accounts.findById(other.id), other);
  });

  test("changes an e-mail unless another account has it in any letter case", async () => {
    await using opened = await open();
    const { accounts } = opened.database;
    const { account } = await createOwner(opened.database);
    const other = await createOwner(opened.database);
    await assertRefused(
      accounts.update(may(account.id), { email: other.account.email.toUpperCase() }),
      "account-exists",
    );
    assert.deepEqual(await accounts.findByEmail(account.email), account);
    const email = "New@Example.org";
    await accounts.update(may(account.id), { email });
    assert.deepEqual(await accounts.findByEmail("new@example.ORG"), { ...account, email });
    assert.equal(await accounts.findByEmail(account.email), undefined);
    await accounts.update(may(account.id), { email: email.toLowerCase() });
    assert.equal((await accounts.findById(account.id))?.email, "new@example.org");
    await accounts.update(may(other.account.id), { email: account.email });
  });

  test("finds nothing under an unknown account id", async () => {
    await using opened = await open();
    assert.equal(await opened.database.accounts.findById("nobody"), undefined);
    await opened.database.accounts.update(may("nobody"), { isLocked: true });
  });
}
