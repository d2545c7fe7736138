import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, fullScopes, guest, isDomainError, type NewApiKey, usualScopes } from "@consigne/core";
import { address, type Bench, byPassword, HOUR_MS, MINUTE_MS, openBench, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (isDomainError(error)) return error.code;
    throw error;
  }
}

/** A privileged person, with and without a key, and somebody else. */
async function cast(bench: Bench) {
  const owner = await bench.account("owner@example.org");
  const person = await byPassword(bench, "owner@example.org", "a long password");
  const keyed = await bench.keyed(owner, { scopes: fullScopes });
  const other = await byPassword(bench, (await bench.account()).account.email, "a long password");
  const { account } = await bench.services.accounts
    .create("operator", { email: "chief@example.org", password: "a long password", planId: "unlimited", isAdmin: true })
    .then((created) => ({ account: created }));
  const administrator = await byPassword(bench, account.email, "a long password");
  const administratorsKey = await bench.keyed(administrator, { scopes: fullScopes });
  return { owner, person, keyed, other, administrator, administratorsKey };
}

test("only administrators with a password, and the operator, can administer the server", async () => {
  await using bench = await openBench();
  const { person, keyed, administrator, administratorsKey } = await cast(bench);
  const { accountRemoval, accounts, auditLog, contentBlocks, flood, folders, jobs, status } = bench.services;
  const subject = (await bench.account("subject@example.org")).account;
  let count = 0;
  const asks: Record<string, (by: typeof person | ReturnType<typeof guest> | "operator") => Promise<unknown>> = {
    "list accounts": (by) => accounts.list(by),
    "find an account": (by) => accounts.getByEmail(by, "subject@example.org"),
    "make an account": (by) =>
      accounts.create(by, { email: `new${++count}@example.org`, password: "a long password", planId: "free" }),
    "set a plan": (by) => accounts.setPlan(by, subject, "unlimited", undefined),
    "set a quota": (by) => accounts.setQuota(by, subject, 1e9),
    "lock an account": (by) => accounts.setLocked(by, subject, false),
    "set somebody's password": (by) => accounts.setPassword(by, subject, "another password"),
    "set somebody's e-mail": (by) => accounts.setEmail(by, subject, "subject@example.org"),
    "look into somebody's folders": (by) => folders.getByPath(by, subject, "/"),
    "read the audit trail": (by) => auditLog.list(by, { limit: 1 }),
    "read the audit trail of an account": (by) => auditLog.listOfAccount(by, "nobody", 1),
    "find a removed account": (by) => auditLog.findAccount(by, "nobody@example.org"),
    "tell the addresses of accounts": (by) => auditLog.emailsOf(by, new Set(["nobody"])),
    "look at what goes with an account": (by) => accountRemoval.getHoldings(by, subject),
    "list blocked contents": (by) => contentBlocks.list(by, 1),
    "see how the server is": (by) => status.read(by),
    "list locks": (by) => flood.listActive(by),
    "lift a lock": (by) => flood.release(by, "no such lock"),
    "list jobs": (by) => jobs.list(by),
    "look at a job": (by) => jobs.find(by, "no such job"),
    "cancel a job": (by) => jobs.cancel(by, "no such job"),
    "retry a job": (by) => jobs.retry(by, "no such job"),
  };
  for (const [name, ask] of Object.entries(asks)) {
    assert.equal(await outcomeOf(ask("operator")), "done", name);
    assert.equal(await outcomeOf(ask(administrator)), "done", name);
    assert.equal(await outcomeOf(ask(administratorsKey)), "not-allowed", name);
    assert.equal(await outcomeOf(ask(person)), "not-allowed", name);
    assert.equal(await outcomeOf(ask(keyed)), "not-allowed", name);
    assert.equal(await outcomeOf(ask(guest(address))), "not-authenticated", name);
  }
  assert.equal(count, 6);
  assert.equal((await accounts.list("operator")).count, 6, "only for the two keys that may have made one");
});

test("an administrator's right is checked again when the call writes", async () => {
  await using bench = await openBench();
  const { administrator } = await cast(bench);
  await bench.services.accounts.setPassword("operator", administrator.account, "another password");
  const input = { email: "late@example.org", password: "a long password", planId: "free" } as const;
  await assert.rejects(bench.services.accounts.create(administrator, input), refusal("unknown-credentials"));
});

test("a right removed from a key while its call waits ends the call before it writes", async () => {
  await using bench = await openBench();
  const { owner } = await cast(bench);
  const { entryChanges, files, folders, keys, shares } = bench.services;
  const { id: folder } = await folders.create(owner, "root", "folder");
  const [uploaded] = await uploadTexts(bench, owner, { "a.txt": "text" });
  const file = { fileId: uploaded?.fileId ?? "" };
  const calls: Record<string, (by: AccountActor) => Promise<unknown>> = {
    "change a file": (by) => files.changeAttributes(by, [file], { description: "changed" }),
    "rename a file": (by) => files.rename(by, [{ reference: file, name: "b.txt" }]),
    "copy a file": (by) => files.copy(by, [file], { destination: "root" }),
    "remove a file": (by) => files.remove(by, [{ reference: file }]),
    "make a folder": (by) => folders.create(by, "root", "another"),
    "move a folder": (by) => folders.move(by, folder, { name: "moved" }),
    "share a folder": (by) => shares.share(by, folder, { isShared: true, password: undefined }),
    "remove a folder": (by) => folders.remove(by, folder),
    "change entries": (by) => entryChanges.change(by, [{ entry: { fileId: file.fileId }, change: "remove" }], "fail"),
  };
  for (const [name, call] of Object.entries(calls)) {
    const keyed = await bench.keyed(owner, { scopes: usualScopes });
    const scopes = { ...usualScopes, files: "read", shares: "none" } as const;
    await keys.change("operator", keyed.key?.id ?? "", { scopes });
    assert.equal(await outcomeOf(call(keyed)), "scope-missing", name);
  }
  // Granting more ends nothing.
  const widened = await bench.keyed(owner, { scopes: { ...usualScopes, account: "read" } });
  await keys.change("operator", widened.key?.id ?? "", { scopes: usualScopes });
  assert.equal(await outcomeOf(folders.create(widened, "root", "by more")), "done");
});

test("changing the password and removing an account need a password from the last ten minutes, never a key", async () => {
  await using bench = await openBench();
  const { owner, person, keyed, other } = await cast(bench);
  const { accountRemoval, accounts } = bench.services;
  const { account } = owner;
  assert.equal(await outcomeOf(accounts.setPassword(keyed, account, "another password")), "fresh-proof-required");
  assert.equal(await outcomeOf(accounts.setPassword(other, account, "another password")), "not-allowed");
  assert.equal(await outcomeOf(accountRemoval.getHoldings(keyed, account)), "fresh-proof-required");
  assert.equal(await outcomeOf(accountRemoval.run(other, account)), "not-allowed");
  bench.clock.advance(10 * MINUTE_MS + 1);
  assert.equal(await outcomeOf(accounts.setPassword(person, account, "another password")), "fresh-proof-required");
  assert.equal(await outcomeOf(accountRemoval.run(person, account)), "fresh-proof-required");
  await accounts.setPassword(await byPassword(bench, account.email, "a long password"), account, "another password");
  const again = await byPassword(bench, account.email, "another password");
  bench.clock.advance(-HOUR_MS);
  assert.equal(await outcomeOf(accounts.setPassword(again, account, "a third one")), "fresh-proof-required");
});

test("a key changes its account's settings only with that right", async () => {
  await using bench = await openBench();
  const { owner, person } = await cast(bench);
  const { accounts } = bench.services;
  const reader = await bench.keyed(owner, { scopes: { ...fullScopes, account: "read" } });
  await assert.rejects(accounts.updateSettings(reader, { showsDownloadMenu: true }), /account=write/);
  assert.equal((await accounts.updateSettings(person, { showsDownloadMenu: true })).settings.showsDownloadMenu, true);
});

test("a person manages the keys of their own account only", async () => {
  await using bench = await openBench();
  const { owner, person, other } = await cast(bench);
  const { keys } = bench.services;
  const { key } = await keys.create(person, owner.account, { name: "mine" });
  assert.deepEqual(key.scopes, usualScopes);
  assert.equal(await outcomeOf(keys.create(other, owner.account, { name: "theirs" })), "not-allowed");
  assert.equal(await outcomeOf(keys.create(guest(address), owner.account, { name: "x" })), "not-authenticated");
  assert.equal(await outcomeOf(keys.list(other, owner.account)), "not-allowed");
  for (const stranger of [other, guest(address)]) {
    assert.equal(await outcomeOf(keys.revoke(stranger, key.id)), "key-not-found");
    assert.equal(await outcomeOf(keys.change(stranger, key.id, { expiresAt: undefined })), "key-not-found");
  }
  assert.ok((await keys.list(person, owner.account)).first.some(({ id }) => id === key.id));
  await keys.revoke(person, key.id);
});

test("a key manages keys only with that right, and none with more rights than itself", async () => {
  await using bench = await openBench();
  const { owner } = await cast(bench);
  const { folders, keys } = bench.services;
  const own = await folders.create(owner, "root", "own");
  const below = await folders.create(owner, own.id, "below");
  const beside = await folders.create(owner, "root", "beside");
  const inAnHour = new Date(bench.clock.now().getTime() + HOUR_MS);
  const later = new Date(inAnHour.getTime() + 1);
  const limits = {
    scopes: { ...usualScopes, files: "read", shares: "none", keys: "write" },
    fenceFolderId: own.id,
    allowedAddresses: ["192.0.2.0/24", "2001:db8::/32", address],
    expiresAt: inAnHour,
  } as const satisfies Partial<NewApiKey> & { allowedAddresses: readonly string[] };
  const make = (by: AccountActor, input: Partial<NewApiKey>) =>
    outcomeOf(keys.create(by, owner.account, { name: "x", ...narrow, ...input }));
  const narrow = { ...limits, allowedAddresses: [...limits.allowedAddresses] };
  const maker = await bench.keyed(owner, narrow);
  assert.equal(await make(await bench.keyed(owner, { scopes: usualScopes }), {}), "scope-missing");
  assert.equal(await make(await bench.keyed(owner, { scopes: { ...fullScopes, keys: "read" } }), {}), "scope-missing");

  const within: Partial<NewApiKey>[] = [
    {},
    { scopes: { ...usualScopes, files: "none", shares: "none" } },
    { fenceFolderId: below.id },
    { allowedAddresses: ["192.0.2.128/25", "192.0.2.7", "2001:db8:1::/48"] },
    { expiresAt: new Date(inAnHour.getTime() - 1) },
  ];
  for (const input of within) assert.equal(await make(maker, input), "done", JSON.stringify(input));
  const outside: Partial<NewApiKey>[] = [
    { scopes: { ...narrow.scopes, files: "write" } },
    { scopes: { ...narrow.scopes, shares: "read" } },
    { fenceFolderId: undefined },
    { fenceFolderId: beside.id },
    { fenceFolderId: owner.account.rootFolderId },
    { allowedAddresses: [] },
    { allowedAddresses: ["192.0.0.0/16"] },
    { allowedAddresses: ["192.0.2.7", "203.0.113.9"] },
    { allowedAddresses: ["::/0"] },
    { expiresAt: undefined },
    { expiresAt: later },
  ];
  for (const input of outside) assert.equal(await make(maker, input), "scope-missing", JSON.stringify(input));

  const unseen = await keys.create("operator", owner.account, { name: "of no folder" });
  assert.equal(await outcomeOf(keys.revoke(maker, unseen.key.id)), "key-not-found");
  const mighty = await keys.create("operator", owner.account, { name: "mighty", fenceFolderId: own.id });
  assert.equal(await outcomeOf(keys.revoke(maker, mighty.key.id)), "scope-missing");
  assert.equal(await outcomeOf(keys.change(maker, mighty.key.id, { expiresAt: inAnHour })), "scope-missing");
  const meek = await keys.create(maker, owner.account, { name: "meek", ...narrow });
  assert.equal(await outcomeOf(keys.change(maker, meek.key.id, { expiresAt: later })), "scope-missing");
  await keys.change(maker, meek.key.id, { expiresAt: new Date(inAnHour.getTime() - 1) });
  await keys.revoke(maker, meek.key.id);
  assert.ok((await keys.list(maker, owner.account)).first.length > 1);
});

test("an administrator locked meanwhile removes no account", async () => {
  await using bench = await openBench();
  const { person, administrator } = await cast(bench);
  const { accounts, accountRemoval } = bench.services;
  await accounts.setLocked("operator", administrator.account, true);
  assert.equal(await outcomeOf(accountRemoval.run(administrator, person.account)), "account-locked");
  const { isLocked } = await accounts.getByEmail("operator", person.account.email);
  assert.equal(isLocked, false, "nothing was begun");
});
