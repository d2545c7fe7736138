import assert from "node:assert/strict";
import { test } from "node:test";
import { fullScopes, isDomainError } from "@consigne/core";
import { address, byPassword, DAY_MS, openBench, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

test("an e-mail is one account in any letter case", async () => {
  await using bench = await openBench();
  const { account } = await bench.account("Some.One@Example.org");
  await assert.rejects(bench.account("some.one@example.ORG"), refusal("account-exists"));
  const actor = await byPassword(bench, "SOME.ONE@EXAMPLE.ORG", "a long password");
  assert.equal(actor.account.id, account.id);
  assert.equal(actor.account.email, "Some.One@Example.org");
});

test("an unknown e-mail, a wrong password and an overlong one are all refused", async () => {
  await using bench = await openBench();
  await bench.account("known@example.org");
  for (const [email, password] of [
    ["known@example.org", "a wrong password"],
    ["unknown@example.org", "a long password"],
    ["known@example.org", "x".repeat(1_000_000)],
    ["known@example.org", ""],
  ] as const)
    await assert.rejects(byPassword(bench, email, password), refusal("unknown-credentials"));
});

test("a locked account is revealed only with the right password", async () => {
  await using bench = await openBench();
  const { account } = await bench.account("locked@example.org");
  const { accounts } = bench.services;
  await accounts.setLocked("operator", account, true);
  await assert.rejects(byPassword(bench, "locked@example.org", "a long password"), refusal("account-locked"));
  await assert.rejects(byPassword(bench, "locked@example.org", "a wrong one"), refusal("unknown-credentials"));
});

test("a password that could never be typed again is refused", async () => {
  await using bench = await openBench();
  const owner = await bench.account("owner@example.org");
  const { accounts, files } = bench.services;
  const longest = `${"éàüöñç".repeat(85)}éà`;
  await assert.rejects(accounts.setPassword("operator", owner.account, `${longest}é`), refusal("bad-argument"));
  await accounts.setPassword("operator", owner.account, longest);
  const now = await byPassword(bench, "owner@example.org", longest);
  const [file] = await uploadTexts(bench, now, { "a.txt": "x" });
  const reference = { fileId: file?.fileId ?? "" };
  await assert.rejects(
    files.changeAttributes(owner, [reference], { password: "x".repeat(1025) }),
    refusal("bad-argument"),
  );
  await assert.rejects(files.changeAttributes(owner, [reference], { password: "short" }), refusal("bad-argument"));
});

test("settings changed by two simultaneous calls are both kept", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { accounts } = bench.services;
  await Promise.all([
    accounts.updateSettings(owner, { pageLimit: 50 }),
    accounts.updateSettings(owner, { defaultDomain: 3 }),
  ]);
  const { settings } = await accounts.getByEmail("operator", owner.account.email);
  assert.deepEqual([settings.pageLimit, settings.defaultDomain], [50, 3]);
});

test("every change is recorded with who, which key and from where, and without secrets", async () => {
  await using bench = await openBench();
  const operated = await bench.account("audited@example.org");
  const { text, key } = await bench.services.keys.create("operator", operated.account, {
    name: "k",
    scopes: fullScopes,
  });
  const actor = await bench.services.keys.authenticate(text, address);
  const { accounts, files, folders, shares, downloads, keys } = bench.services;
  const folder = await folders.create(actor, "root", "folder");
  const [uploaded] = await uploadTexts(bench, actor, { "a.txt": "content" });
  const reference = { fileId: uploaded?.fileId ?? "" };
  await files.rename(actor, [{ reference, name: "b.txt" }]);
  await files.move(actor, [reference], folder.id);
  await files.copy(actor, [reference], { destination: "root" });
  await files.changeAttributes(actor, [reference], { password: "link secret", description: "d" });
  await shares.share(actor, folder.id, { isShared: true, password: "share secret" });
  await shares.share(actor, folder.id, { isShared: false, password: undefined });
  await folders.move(actor, folder.id, { name: "renamed" });
  const token = await downloads.issueToken(actor, reference, {});
  await accounts.updateSettings(actor, { pageLimit: 5 });
  await accounts.setPassword("operator", operated.account, "brand new password");
  await accounts.setPlan("operator", operated.account, "premium", undefined);
  await accounts.setLocked("operator", operated.account, true);
  await accounts.setLocked("operator", operated.account, false);
  await files.remove(actor, [{ reference }]);
  await folders.remove(actor, folder.id);
  await keys.revoke("operator", key.id);
  const records = (await bench.ports.database.audit.list({ limit: 100 })).toReversed();
  const byKey = records.filter((record) => record.apiKeyId === key.id);
  assert.deepEqual(
    byKey.map(({ action }) => action),
    [
      "folder.create",
      "file.upload",
      "file.rename",
      "file.move",
      "file.copy",
      "file.attributes",
      "folder.share",
      "folder.unshare",
      "folder.move",
      "account.settings",
      "file.remove",
      "folder.remove",
    ],
  );
  assert.ok(byKey.every((record) => record.address === address && record.accountId === operated.account.id));
  assert.deepEqual(
    records.filter((record) => record.address === "operator").map(({ action }) => action),
    [
      "account.create",
      "key.create",
      "account.password",
      "account.plan",
      "account.lock",
      "account.unlock",
      "key.revoke",
    ],
  );
  const written = JSON.stringify(records);
  for (const secret of [
    text,
    token.text,
    "link secret",
    "share secret",
    "brand new password",
    "a long password",
    "argon2",
    uploaded?.removalCode || text,
  ])
    assert.ok(!written.includes(secret), secret);
});

test("a failed change leaves no record", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const before = await bench.ports.database.audit.list({ limit: 100 });
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const after = before.length + 1;
  const { files, folders } = bench.services;
  const known = { fileId: file?.fileId ?? "" };
  await assert.rejects(files.remove(owner, [{ reference: known }, { reference: { fileId: "z".repeat(20) } }]));
  await assert.rejects(folders.create(owner, "root", "a/b"));
  await folders.create(owner, "root", "once");
  await assert.rejects(folders.create(owner, "root", "once"), refusal("folder-exists"));
  assert.equal((await bench.ports.database.audit.list({ limit: 100 })).length, after + 1);
  await files.getDetails(owner, known, undefined);
});

test("what an administrator changes without effect, or of an account that is gone, leaves no record", async () => {
  await using bench = await openBench();
  const { accounts, accountRemoval } = bench.services;
  const { account } = await bench.account();
  const actions = async () => (await bench.ports.database.audit.list({ limit: 100 })).map(({ action }) => action);
  const endsAt = new Date(bench.clock.now().getTime() + DAY_MS);
  const changes = { plan: { id: "premium", endsAt }, quotaBytes: 5_000_000, isLocked: true } as const;
  await accounts.administer("operator", account, changes);
  assert.deepEqual((await actions()).slice(0, 3).toSorted(), ["account.lock", "account.plan", "account.quota"]);
  const before = await actions();
  await accounts.administer("operator", account, changes);
  await accounts.administer("operator", account, {});
  assert.deepEqual(await actions(), before);
  await accounts.administer("operator", account, { ...changes, quotaBytes: "of-plan" });
  assert.deepEqual(await actions(), ["account.quota", ...before], "only what differs");
  await accountRemoval.run("operator", account);
  const after = await actions();
  await assert.rejects(accounts.setLocked("operator", account, false), refusal("bad-argument"));
  await assert.rejects(accounts.setPassword("operator", account, "a rather long one"), refusal("bad-argument"));
  assert.deepEqual(await actions(), after);
});
