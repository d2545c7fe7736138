import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fullScopes,
  isDomainError,
  keyTemplates,
  LONGEST_GRACE_MS,
  LONGEST_KEY_NAME,
  MOST_KEY_ADDRESSES,
  MOST_WORKING_KEYS,
  startingGrants,
  usualScopes,
} from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { address, DAY_MS, HOUR_MS, MINUTE_MS, openBench, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

test("a key's name, rights, folder, addresses and expiry can be changed", async () => {
  await using bench = await openBench();
  const [owner, other] = [await bench.account(), await bench.account()];
  const { keys, folders } = bench.services;
  const { key, text } = await keys.create(owner, owner.account, { name: "before" });
  const folder = await folders.create(owner, "root", "fence");
  const changes = {
    name: "after",
    scopes: keyTemplates["upload-only"],
    fenceFolderId: folder.id,
    allowedAddresses: [address],
    expiresAt: new Date(bench.clock.now().getTime() + HOUR_MS),
  };
  assert.deepEqual(await keys.change(owner, key.id, changes), { ...key, ...changes });
  const { key: used } = await keys.authenticate(text, address);
  assert.deepEqual({ ...used, lastUsedAt: undefined, lastUsedFrom: undefined }, { ...key, ...changes });
  assert.equal((await keys.change(owner, key.id, { fenceFolderId: undefined })).fenceFolderId, undefined);
  const foreign = { fenceFolderId: other.rootFolderId };
  await assert.rejects(keys.change(owner, key.id, foreign), refusal("folder-not-found"));
  await assert.rejects(keys.change(owner, key.id, { allowedAddresses: ["x"] }), refusal("bad-argument"));
  await assert.rejects(keys.change(owner, key.id, { expiresAt: bench.clock.now() }), refusal("bad-argument"));
  await assert.rejects(keys.change(other, key.id, { name: "theirs" }), refusal("key-not-found"));
  await keys.revoke(owner, key.id);
  await assert.rejects(keys.change(owner, key.id, { name: "late" }), refusal("bad-argument"));
});

test("key names are short and stay on one line", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const long = "😀".repeat(LONGEST_KEY_NAME);
  const { key } = await keys.create(owner, owner.account, { name: long });
  assert.equal(key.name, long);
  // Words and emoji that need a joiner.
  for (const name of ["می\u200cخواهم", "क्\u200dष", "👩\u200d💻 ❤\ufe0f", "nas 1️⃣"])
    assert.equal((await keys.change(owner, key.id, { name })).name, name);
  const unseen = [
    "\u200b",
    "a\u200bb",
    "a\ufeff",
    "\u200d",
    "a\u200db",
    "na\u200cs",
    "a\u00adb",
    "\u3164",
    "a\u2060",
    "\u2800",
  ];
  for (const name of unseen) {
    await assert.rejects(keys.create(owner, owner.account, { name }), refusal("bad-name"), JSON.stringify(name));
  }
  for (const name of ["", "  ", `${long}x`, "a\nb", "a\u0000", "a\u202eb", "a\u2028b", "\ud800"]) {
    await assert.rejects(keys.create(owner, owner.account, { name }), refusal("bad-name"), JSON.stringify(name));
    await assert.rejects(keys.change(owner, key.id, { name }), refusal("bad-name"), JSON.stringify(name));
  }
  const many = Array.from({ length: MOST_KEY_ADDRESSES + 1 }, () => address);
  const input = { name: "x", allowedAddresses: many };
  await assert.rejects(keys.create(owner, owner.account, input), refusal("bad-argument"));
});

test("a replaced key works for its grace period, and its successor has the same grants", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys, auditLog } = bench.services;
  const expiresAt = new Date(bench.clock.now().getTime() + 60 * DAY_MS);
  const limits = { scopes: keyTemplates.rclone, allowedAddresses: [address], expiresAt };
  const old = await keys.create(owner, owner.account, { name: "backup", ...limits });
  const created = await keys.rotate(owner, old.key.id, HOUR_MS);
  const { id, hash, hint } = created.key;
  assert.deepEqual(created.key, { ...old.key, id, hash, hint });
  assert.notEqual(created.text, old.text);
  for (const text of [old.text, created.text]) assert.ok(await keys.authenticate(text, address));
  bench.clock.advance(HOUR_MS);
  await assert.rejects(keys.authenticate(old.text, address), refusal("unknown-credentials"));
  assert.ok(await keys.authenticate(created.text, address));
  await assert.rejects(keys.rotate(owner, old.key.id, 0), refusal("bad-argument"));
  const [record] = await (await auditLog.list("operator", { objectId: owner.account.id, limit: 1 })).all();
  assert.equal(record?.action, "key.rotate");
  assert.deepEqual(record.details, { key: old.key.id, name: "backup", replacement: created.key.id, graceMs: HOUR_MS });
});

test("a key replaced without grace ends at once, with its download links", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys, downloads } = bench.services;
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const old = await keys.create(owner, owner.account, { name: "leaked" });
  const keyed = await keys.authenticate(old.text, address);
  const token = await downloads.issueToken(keyed, { fileId: file?.fileId ?? "" }, {});
  const { replaced } = await keys.rotate(owner, old.key.id, 0);
  assert.deepEqual(replaced.revokedAt, bench.clock.now());
  await assert.rejects(keys.authenticate(old.text, address), refusal("unknown-credentials"));
  await assert.rejects(downloads.find(token.text, address), refusal("download-token-not-found"));
});

test("a grace period is limited and never extends a key", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const expiresAt = new Date(bench.clock.now().getTime() + MINUTE_MS);
  const { key } = await keys.create(owner, owner.account, { name: "short", expiresAt });
  for (const graceMs of [-1, NaN, Infinity, LONGEST_GRACE_MS + 1])
    await assert.rejects(keys.rotate(owner, key.id, graceMs), refusal("bad-argument"), String(graceMs));
  assert.deepEqual((await keys.rotate(owner, key.id, HOUR_MS)).replaced.expiresAt, expiresAt);
});

test("a key can replace itself, and none with more rights", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const keyed = await bench.keyed(owner, { scopes: { ...usualScopes, keys: "write", shares: "none" } });
  const mighty = await keys.create(owner, owner.account, { name: "mighty", scopes: fullScopes });
  await assert.rejects(keys.rotate(keyed, mighty.key.id, 0), refusal("scope-missing"));
  await assert.rejects(keys.change(keyed, mighty.key.id, { name: "mine" }), refusal("scope-missing"));
  const { key, text } = await keys.rotate(keyed, keyed.key?.id ?? "", 0);
  assert.deepEqual(key.scopes, keyed.key?.scopes);
  assert.ok(await keys.authenticate(text, address));
  await assert.rejects(keys.rotate(keyed, key.id, 0), refusal("unknown-credentials"));
});

test("a key whose replacement fails stays unchanged", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const created = await keys.create(owner, owner.account, { name: "one" });
  while ((await (await keys.list(owner, owner.account)).all()).length < MOST_WORKING_KEYS)
    await keys.create(owner, owner.account, { name: "more" });
  await assert.rejects(keys.create(owner, owner.account, { name: "too many" }), refusal("too-many-keys"));
  await assert.rejects(keys.rotate(owner, created.key.id, HOUR_MS), refusal("too-many-keys"));
  assert.deepEqual((await keys.authenticate(created.text, address)).key?.expiresAt, undefined);
  await keys.rotate(owner, created.key.id, 0);
  await assert.rejects(keys.create("operator", owner.account, { name: "too many" }), refusal("too-many-keys"));
});

test("ended keys make room, and the oldest of them are forgotten", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const expiresAt = new Date(bench.clock.now().getTime() + MINUTE_MS);
  for (let index = 0; index < MOST_WORKING_KEYS; index++)
    await keys.create(owner, owner.account, { name: `short ${index}`, expiresAt });
  bench.clock.advance(MINUTE_MS);
  for (let index = 0; index < 5; index++) {
    const { key } = await keys.create(owner, owner.account, { name: `later ${index}` });
    await keys.revoke(owner, key.id);
  }
  const names = (await (await keys.list(owner, owner.account)).all()).map(({ name }) => name);
  assert.equal(names.length, 101, "a hundred ended ones, and the last, which has ended since");
  assert.ok(names.includes("later 0"));
});

test("an ended key can be revived only if there is room", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const expiresAt = new Date(bench.clock.now().getTime() + MINUTE_MS);
  const [first, second] = [
    await keys.create(owner, owner.account, { name: "first", expiresAt }),
    await keys.create(owner, owner.account, { name: "second", expiresAt }),
  ];
  bench.clock.advance(MINUTE_MS);
  for (let index = 1; index < MOST_WORKING_KEYS; index++) await keys.create(owner, owner.account, { name: "more" });
  await keys.change(owner, first.key.id, { expiresAt: undefined });
  for (const by of [owner, "operator"] as const) {
    await assert.rejects(keys.change(by, second.key.id, { expiresAt: undefined }), refusal("too-many-keys"));
    await keys.change(by, second.key.id, { name: "still over" });
    await keys.change(by, first.key.id, { expiresAt: new Date(bench.clock.now().getTime() + MINUTE_MS) });
  }
  await assert.rejects(keys.authenticate(second.text, address), refusal("unknown-credentials"));
});

test("a session manages keys only within ten minutes of giving the password", async () => {
  await using bench = await openBench();
  const owner = await bench.account("owner@example.org");
  const { admission, keys, sessions } = bench.services;
  const credentials = { kind: "password", email: "owner@example.org", password: "a long password" } as const;
  const person = await admission.identify(credentials, address, "calls");
  assert.ok(person.kind === "account");
  const begun = await sessions.begin(person, { life: "short", endsOthers: false, isBound: false, userAgent: "" });
  const signedIn = accountActor({ account: owner.account, session: begun.session, address });
  const { key } = await keys.create(signedIn, owner.account, { name: "by session" });
  bench.clock.advance(10 * MINUTE_MS + 1);
  const asks = [
    keys.create(signedIn, owner.account, { name: "late" }),
    keys.change(signedIn, key.id, { name: "late" }),
    keys.rotate(signedIn, key.id, 0),
    keys.revoke(signedIn, key.id),
  ];
  for (const asked of asks) await assert.rejects(asked, refusal("fresh-proof-required"));
  assert.equal((await keys.list(signedIn, owner.account)).first.length, 1);
});

test("unspecified grants stay within the caller's own key", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  assert.deepEqual(startingGrants(owner).scopes, usualScopes);
  const expiresAt = new Date(bench.clock.now().getTime() + HOUR_MS);
  const limits = { fenceFolderId: owner.rootFolderId, allowedAddresses: [address], expiresAt };
  // An old key with rights to unimplemented areas, which no new key has.
  const scopes = { ...usualScopes, files: "read", shares: "none" } as const;
  const keyed = await bench.keyed(owner, {
    scopes: { ...scopes, ftp: "write", vouchers: "write", keys: "write" },
    ...limits,
  });
  assert.deepEqual(startingGrants(keyed), { scopes: { ...scopes, keys: "none" }, ...limits });
  const { key } = await bench.services.keys.create(keyed, owner.account, { name: "same", ...startingGrants(keyed) });
  assert.deepEqual(key.allowedAddresses, [address]);
});
