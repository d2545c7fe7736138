import assert from "node:assert/strict";
import { test } from "node:test";
import { can, DatabaseError, fullScopes, isDomainError } from "@consigne/core";
import { address, downloadText, HOUR_MS, openBench, overriding, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

test("a key is shown once and stored only as a hash", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { key, text } = await bench.services.keys.create("operator", owner.account, { name: "script" });
  assert.match(text, /^[A-Za-z0-9]{32}$/);
  assert.ok(!JSON.stringify([(await bench.services.keys.list("operator", owner.account)).first, key]).includes(text));
  const actor = await bench.services.keys.authenticate(text, "::ffff:192.0.2.7");
  assert.equal(actor.address, address);
  for (const wrong of [text.toLowerCase(), text.slice(1), `${text}x`, "", "../../etc/passwd", "é".repeat(32)])
    await assert.rejects(bench.services.keys.authenticate(wrong, address), refusal("unknown-credentials"));
});

test("an ended or revoked key is as unknown as one that never existed", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const expiresAt = new Date(bench.clock.now().getTime() + HOUR_MS);
  const { text } = await bench.services.keys.create("operator", owner.account, { name: "short", expiresAt });
  const actor = await bench.services.keys.authenticate(text, address);
  bench.clock.advance(HOUR_MS);
  await assert.rejects(bench.services.keys.authenticate(text, address), refusal("unknown-credentials"));
  await assert.rejects(bench.services.folders.list(actor, "root"), refusal("unknown-credentials"));
});

test("a revoked key's download links and running downloads end", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const keyed = await bench.keyed(owner);
  const [first, second] = [
    await bench.services.downloads.issueToken(keyed, { fileId: file?.fileId ?? "" }, {}),
    await bench.services.downloads.issueToken(keyed, { fileId: file?.fileId ?? "" }, {}),
  ];
  const stream = await (await bench.services.downloads.find(first.text, address)).open();
  await stream.recheck();
  await bench.services.keys.revoke("operator", keyed.key?.id ?? "");
  await assert.rejects(stream.recheck());
  await stream.close();
  await assert.rejects(bench.services.downloads.find(second.text, address), refusal("download-token-not-found"));
});

test("a key used from an address it does not allow has no rights", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const inside = await bench.keyed(owner, { allowedAddresses: ["192.0.2.0/24", "2001:db8::/32"] });
  const outside = { ...inside, address: "198.51.100.1" };
  await bench.services.folders.list(inside, "root");
  await bench.services.folders.list({ ...inside, address: "2001:db8::5" }, "root");
  await assert.rejects(bench.services.folders.list(outside, "root"), refusal("not-allowed"));
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const { text } = await bench.services.downloads.issueToken(inside, { fileId: file?.fileId ?? "" }, {});
  await assert.rejects(bench.services.downloads.find(text, "198.51.100.1"), refusal("not-allowed"));
});

test("a fence hides everything above it, and hides all if its folder is gone", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders, files } = bench.services;
  const fence = await folders.create(owner, "root", "fence");
  const inner = await folders.create(owner, fence.id, "inner");
  const beside = await folders.create(owner, "root", "beside");
  const [secret] = await uploadTexts(bench, owner, { "secret.txt": "s" }, beside.id);
  const [own] = await uploadTexts(bench, owner, { "own.txt": "o" }, inner.id);
  const keyed = await bench.keyed(owner, { fenceFolderId: fence.id });
  assert.deepEqual(
    (await folders.list(keyed, "root")).children.first.map(({ name }) => name),
    ["inner"],
  );
  assert.equal((await folders.list(keyed, fence.id)).isRoot, true);
  assert.deepEqual(
    (await files.list(keyed, "everything", {})).first.map(({ name }) => name),
    ["own.txt"],
  );
  for (const id of [beside.id, owner.rootFolderId])
    await assert.rejects(folders.list(keyed, id), refusal("folder-not-found"));
  const outside = { fileId: secret?.fileId ?? "" };
  await assert.rejects(files.remove(keyed, [{ reference: outside }]), refusal("file-not-found"));
  await assert.rejects(files.move(keyed, [outside], "root"), refusal("file-not-found"));
  await assert.rejects(folders.move(keyed, inner.id, { parent: beside.id }), refusal("folder-not-found"));
  await assert.rejects(folders.remove(keyed, fence.id), refusal("root-folder-protected"));
  assert.equal((await files.getDetails(keyed, outside, undefined)).place, undefined);
  assert.equal(await downloadText(bench, keyed, own?.fileId ?? ""), "o");

  await files.remove(owner, [{ reference: { fileId: own?.fileId ?? "" } }]);
  await folders.remove(owner, inner.id);
  await folders.remove(owner, fence.id);
  const later = await folders.create(owner, "root", "made later");
  for (const reference of ["root", later.id, owner.rootFolderId] as const)
    await assert.rejects(folders.list(keyed, reference), refusal("folder-not-found"));
  await assert.rejects(files.list(keyed, "everything", {}), refusal("folder-not-found"));
  await assert.rejects(uploadTexts(bench, keyed, { "a.txt": "x" }), refusal("folder-not-found"));
});

test("recording the last use neither fails nor delays a call if the database refuses writes", async () => {
  let attempts = 0;
  await using bench = await openBench({
    replace: ({ database }) => {
      const noteUse = async () => {
        attempts++;
        throw new DatabaseError("read-only", "The database cannot be written.");
      };
      return { database: overriding(database, { apiKeys: overriding(database.apiKeys, { noteUse }) }) };
    },
  });
  const owner = await bench.account();
  const { text } = await bench.services.keys.create("operator", owner.account, { name: "script" });
  for (let count = 0; count < 5; count++) await bench.services.keys.authenticate(text, address);
  assert.equal(attempts, 1);
});

test("the last use is written once a minute, even with a clock set back", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { key, text } = await bench.services.keys.create("operator", owner.account, { name: "script" });
  const lastUse = async () => {
    await bench.services.keys.authenticate(text, address);
    await bench.ports.database.transaction(async () => {});
    const noted = await bench.ports.database.apiKeys.findById(key.id);
    assert.equal(noted?.lastUsedFrom, address);
    return noted.lastUsedAt?.getTime();
  };
  const first = await lastUse();
  assert.equal(first, bench.clock.now().getTime());
  await bench.services.keys.authenticate(text, "198.51.100.1");
  bench.clock.advance(59_000);
  assert.equal(await lastUse(), first);
  bench.clock.advance(-HOUR_MS);
  assert.equal(await lastUse(), bench.clock.now().getTime());
});

test("scopes grant what they name and nothing else", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const keyed = await bench.keyed(owner, { scopes: { ...fullScopes, files: "read", shares: "none" } });
  const ask = (area: "files" | "shares" | "account", right: "read" | "write") =>
    can(
      keyed,
      { action: "api.use", area, right, isForCustomers: true },
      { now: bench.clock.now(), linkPassword: "not-needed" },
    ).isAllowed;
  assert.deepEqual(
    [ask("files", "read"), ask("files", "write"), ask("shares", "read"), ask("account", "write")],
    [true, false, false, true],
  );
});

test("a key cannot be made with another account's folder as fence, an invalid address or an invalid text", async () => {
  await using bench = await openBench();
  const [owner, other] = [await bench.account(), await bench.account()];
  const make = (key: object) => bench.services.keys.create("operator", owner.account, { name: "x", ...key });
  await assert.rejects(make({ fenceFolderId: other.rootFolderId }), refusal("folder-not-found"));
  await assert.rejects(make({ allowedAddresses: ["192.0.2.0/33"] }), refusal("bad-argument"));
  await assert.rejects(make({ text: "too short" }), refusal("bad-argument"));
  assert.deepEqual((await bench.services.keys.list("operator", owner.account)).first, []);
});

test("changes to a key are recorded with its account, once", async () => {
  await using bench = await openBench();
  const [owner, other] = [await bench.account(), await bench.account()];
  const { keys, auditLog } = bench.services;
  const { key } = await keys.create("operator", owner.account, { name: "script" });
  await keys.create("operator", other.account, { name: "of somebody else" });
  await keys.change("operator", key.id, { expiresAt: undefined });
  for (let time = 0; time < 2; time++) {
    bench.clock.advance(1000);
    await keys.revoke("operator", key.id);
  }
  const found = await (await auditLog.list("operator", { objectId: owner.account.id, limit: 10 })).all();
  const ofKeys = found.filter(({ action }) => action.startsWith("key."));
  assert.deepEqual(
    ofKeys.map(({ action, details }) => [action, details["key"]]),
    ["key.revoke", "key.change", "key.create"].map((action) => [action, key.id]),
  );
});
