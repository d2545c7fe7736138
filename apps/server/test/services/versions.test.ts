import assert from "node:assert/strict";
import { test } from "node:test";
import { type DomainErrorCode, isDomainError } from "@consigne/core";
import { type Bench, DAY_MS, downloadText, openBench, storedKeys, uploadTexts } from "../_services.ts";

type Owner = Awaited<ReturnType<Bench["account"]>>;

async function uploadOne(bench: Bench, owner: Owner, name: string, text: string): Promise<string> {
  const [file] = await uploadTexts(bench, owner, { [name]: text });
  return file?.fileId ?? "";
}

/** Uploads a text and replaces a file's bytes with it. */
async function replace(bench: Bench, owner: Owner, fileId: string, text: string): Promise<void> {
  const by = await uploadOne(bench, owner, "new.txt", text);
  const [outcome] = await bench.services.versions.replace(owner, [{ fileId, by }]);
  assert.equal(outcome?.outcome, "done");
}

async function versionIds(bench: Bench, owner: Owner, fileId: string): Promise<number[]> {
  return (await bench.services.versions.list(owner, fileId)).versions.map(({ id }) => id);
}

async function tokenText(bench: Bench, token: string): Promise<string> {
  const stream = await (await bench.services.downloads.find(token, "192.0.2.7")).open();
  try {
    const buffer = Buffer.alloc(65_536);
    return buffer.subarray(0, await stream.reader.read(buffer)).toString();
  } finally {
    await stream.close();
  }
}

const usedBytes = async (bench: Bench, owner: Owner) =>
  (await bench.services.accounts.getUsage(owner.account)).countedBytes;

async function assertSound(bench: Bench): Promise<void> {
  const { findings } = await bench.services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(findings, []);
}

const refuses = (work: Promise<unknown>, code: DomainErrorCode) =>
  assert.rejects(work, (error) => isDomainError(error, code));

/** The same account with a quota. */
async function limited(bench: Bench, quotaBytes: number): Promise<Owner> {
  const owner = await bench.account();
  await bench.services.accounts.setQuota("operator", owner.account, quotaBytes);
  const account = await bench.ports.database.accounts.findById(owner.account.id);
  assert.ok(account);
  return { ...owner, account };
}

test("a replaced file keeps its link, its password and its place, and its older version can be restored", async () => {
  await using bench = await openBench();
  const { services } = bench;
  const owner = await bench.account();
  const folder = await services.folders.create(owner, "root", "docs");
  const [uploaded] = await uploadTexts(bench, owner, { "a.txt": "first" }, folder.id);
  const fileId = uploaded?.fileId ?? "";
  await services.files.changeAttributes(owner, [{ fileId }], { password: "hunter22", description: "mine" });
  const before = await bench.ports.database.files.findById(fileId);
  await replace(bench, owner, fileId, "second");
  const after = await bench.ports.database.files.findById(fileId);
  const { blobId, blobKey, sizeBytes, whirlpool, createdAt, ...kept } = after ?? assert.fail();
  assert.deepEqual({ ...before, ...kept }, before);
  assert.deepEqual([sizeBytes, blobId === before?.blobId, createdAt], [6, false, bench.clock.now()]);
  assert.ok(blobKey !== before?.blobKey && whirlpool !== before?.whirlpool);
  assert.equal(await downloadText(bench, owner, fileId), "second");
  const { versions, days } = await services.versions.list(owner, fileId);
  assert.deepEqual(
    [versions.length, versions[0]?.sizeBytes, versions[0]?.storedAt, days],
    [1, 5, before?.createdAt, 30],
  );
  assert.equal(await usedBytes(bench, owner), 11);
  assert.equal((await services.versions.restore(owner, fileId, versions[0]?.id ?? 0)).sizeBytes, 5);
  assert.equal(await downloadText(bench, owner, fileId), "first");
  const [second = 0, ...none] = await versionIds(bench, owner, fileId);
  assert.deepEqual(none, []);
  assert.equal(await downloadText(bench, owner, fileId, second), "second");
  assert.equal(await usedBytes(bench, owner), 11);
  assert.equal((await storedKeys(bench)).length, 2);
  await assertSound(bench);
});

test("a running download continues with its own bytes, and ends when these are removed", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const fileId = await uploadOne(bench, owner, "a.txt", "first");
  const { text } = await bench.services.downloads.issueToken(owner, { fileId }, {});
  assert.equal(await tokenText(bench, text), "first");
  await replace(bench, owner, fileId, "second");
  assert.equal(await tokenText(bench, text), "first");
  const found = await bench.services.downloads.find(text, owner.address);
  assert.equal(found.file.sizeBytes, 5, "its length and checksum are those of its bytes");
  await replace(bench, owner, fileId, "third");
  assert.equal(await tokenText(bench, text), "first");
  await bench.services.versions.remove(owner, fileId, "all");
  await refuses(tokenText(bench, text), "download-token-not-found");
  assert.equal(await downloadText(bench, owner, fileId), "third");
  await assertSound(bench);
});

test("an account that keeps no versions releases the old bytes, and their downloads end", async () => {
  await using bench = await openBench({ versionDays: 0 });
  const owner = await bench.account();
  const fileId = await uploadOne(bench, owner, "a.txt", "first");
  const { text } = await bench.services.downloads.issueToken(owner, { fileId }, {});
  await replace(bench, owner, fileId, "second");
  assert.deepEqual(await versionIds(bench, owner, fileId), []);
  await refuses(tokenText(bench, text), "download-token-not-found");
  assert.equal((await storedKeys(bench)).length, 1);
  assert.equal(await usedBytes(bench, owner), 6);
  await assertSound(bench);
});

test("equal bytes make no version, and the file that brought them is removed", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const [fileId, by] = [await uploadOne(bench, owner, "a", "same"), await uploadOne(bench, owner, "b", "same")];
  const [outcome] = await bench.services.versions.replace(owner, [{ fileId, by }]);
  assert.equal(outcome?.outcome, "unchanged");
  assert.deepEqual(await versionIds(bench, owner, fileId), []);
  await refuses(bench.services.files.getDetails(owner, { fileId: by }, undefined), "file-not-found");
  assert.equal(await downloadText(bench, owner, fileId), "same");
});

test("each replacement in a call succeeds or fails independently, and a failed one changes nothing", async () => {
  await using bench = await openBench();
  const { versions } = bench.services;
  const [owner, stranger] = [await bench.account(), await bench.account()];
  const [a, b, c] = [
    await uploadOne(bench, owner, "a", "a"),
    await uploadOne(bench, owner, "b", "b"),
    await uploadOne(bench, owner, "c", "c"),
  ];
  const theirs = await uploadOne(bench, stranger, "t", "t");
  const old = await uploadOne(bench, owner, "old", "old");
  await replace(bench, owner, old, "older");
  const outcomes = await versions.replace(owner, [
    { fileId: a, by: theirs },
    { fileId: theirs, by: a },
    { fileId: a, by: a },
    { fileId: a, by: "absent" },
    { fileId: a, by: old },
    { fileId: a, by: b },
    { fileId: c, by: b },
    { fileId: b, by: c },
  ]);
  assert.deepEqual(
    outcomes.map((each) => (each.outcome === "failed" ? each.error.code : each.outcome)),
    [
      "file-not-found",
      "file-not-found",
      "bad-argument",
      "file-not-found",
      "bad-argument",
      "done",
      "bad-argument",
      "bad-argument",
    ],
  );
  assert.equal(await downloadText(bench, owner, a), "b");
  assert.equal(await downloadText(bench, owner, c), "c");
  assert.equal(await downloadText(bench, stranger, theirs), "t");
  assert.equal(await downloadText(bench, owner, old), "older");
  await assertSound(bench);
});

test("versions belong to their owner only, and a fenced key reaches those in its folder", async () => {
  await using bench = await openBench();
  const { versions, folders, downloads } = bench.services;
  const [owner, stranger] = [await bench.account(), await bench.account()];
  const fence = await folders.create(owner, "root", "fence");
  const [inside] = await uploadTexts(bench, owner, { in: "inside" }, fence.id);
  const ids = [inside?.fileId ?? "", await uploadOne(bench, owner, "out", "outside")];
  for (const id of ids) await replace(bench, owner, id, `newer ${id}`);
  const [within = "", without = ""] = ids;
  const [version = 0] = await versionIds(bench, owner, without);
  const keyed = await bench.keyed(owner, { fenceFolderId: fence.id });
  assert.equal((await versions.list(keyed, within)).versions.length, 1);
  for (const other of [keyed, stranger]) {
    await refuses(versions.list(other, without), "file-not-found");
    await refuses(versions.restore(other, without, version), "file-not-found");
    await refuses(versions.remove(other, without, "all"), "file-not-found");
    await refuses(downloads.issueToken(other, { fileId: without }, { versionId: version }), "file-not-found");
  }
  await refuses(versions.restore(owner, within, version), "version-not-found");
  await refuses(downloads.issueToken(owner, { fileId: within }, { versionId: version }), "version-not-found");
  assert.equal(await versions.remove(owner, within, [version]), 0);
});

test("trash and older versions make room for an upload, the oldest of either first", async () => {
  await using bench = await openBench();
  const owner = await limited(bench, 100);
  const pad = (text: string) => text.padEnd(20, "x");
  const file = await uploadOne(bench, owner, "file", pad("v1"));
  await replace(bench, owner, file, pad("v2"));
  bench.clock.advance(1000);
  const removed = await uploadOne(bench, owner, "removed", pad("removed"));
  await bench.services.files.remove(owner, [{ reference: { fileId: removed } }]);
  bench.clock.advance(1000);
  await replace(bench, owner, file, pad("v3"));
  assert.equal(await usedBytes(bench, owner), 80);
  const state = async () => ({
    versions: (await bench.services.versions.list(owner, file)).versions.length,
    trash: (await bench.services.trash.list(owner, { limit: 9 })).entries.length,
  });
  assert.deepEqual(await state(), { versions: 2, trash: 1 });
  await uploadOne(bench, owner, "one", pad("one").repeat(2));
  assert.deepEqual(await state(), { versions: 1, trash: 1 }, "the first version was the oldest");
  await uploadOne(bench, owner, "two", pad("two"));
  assert.deepEqual(await state(), { versions: 1, trash: 0 });
  await uploadOne(bench, owner, "three", pad("three"));
  assert.deepEqual(await state(), { versions: 0, trash: 0 });
  await refuses(uploadOne(bench, owner, "four", pad("four")), "quota-exceeded");
  assert.equal(await downloadText(bench, owner, file), pad("v3"));
  assert.equal((await storedKeys(bench)).length, 4);
  await assertSound(bench);
});

test("versions count like entries, and a hundred are kept per file", async () => {
  await using bench = await openBench({ maxEntries: 4 });
  const owner = await bench.account();
  const file = await uploadOne(bench, owner, "file", "0");
  for (let number = 1; number <= 5; number++) await replace(bench, owner, file, String(number));
  assert.equal((await versionIds(bench, owner, file)).length, 3);
  await using wide = await openBench();
  const other = await wide.account();
  const many = await uploadOne(wide, other, "file", "0");
  for (let number = 1; number <= 103; number++) await replace(wide, other, many, String(number));
  const { versions } = await wide.services.versions.list(other, many);
  assert.equal(versions.length, 100);
  assert.equal(await downloadText(wide, other, many, versions.at(-1)?.id ?? 0), "3");
  await assertSound(wide);
});

test("versions go to the trash with their file and back, and end with it", async () => {
  await using bench = await openBench();
  const { services } = bench;
  const owner = await bench.account();
  const file = await uploadOne(bench, owner, "file", "old");
  await replace(bench, owner, file, "new");
  const copies = await services.files.copy(owner, [{ fileId: file }], { destination: "root", newName: "copy" });
  assert.deepEqual(await versionIds(bench, owner, copies[0]?.to.id ?? ""), [], "a copy has none");
  await services.files.remove(owner, [{ reference: { fileId: file } }]);
  const { entries } = await services.trash.list(owner, { limit: 9 });
  await services.trash.restore(owner, [entries[0]?.id ?? 0]);
  const [version = 0] = await versionIds(bench, owner, file);
  assert.equal(await downloadText(bench, owner, file, version), "old");
  await services.files.remove(owner, [{ reference: { fileId: file } }]);
  await services.trash.empty(owner);
  assert.equal((await storedKeys(bench)).length, 1, "the copy's own link");
  assert.equal(await usedBytes(bench, owner), 3);
  await assertSound(bench);
});

test("the retention set by an account applies to later replacements, and the job removes what is due", async () => {
  await using bench = await openBench({ versionDays: 10 });
  const { services } = bench;
  const owner = await bench.account();
  const file = await uploadOne(bench, owner, "file", "first");
  await replace(bench, owner, file, "second");
  const account = await services.accounts.updateSettings(owner, { versionDays: 3 });
  const known = { ...owner, account };
  await replace(bench, known, file, "third");
  const { versions, days } = await services.versions.list(known, file);
  assert.deepEqual(
    versions.map(({ endsAt }) => (endsAt.getTime() - bench.clock.now().getTime()) / DAY_MS),
    [3, 10],
  );
  assert.equal(days, 3);
});

test("versions are removed with their account, and their content can be blocked", async () => {
  await using bench = await openBench();
  const { services } = bench;
  const [owner, other] = [await bench.account(), await bench.account()];
  const file = await uploadOne(bench, owner, "file", "bad");
  await replace(bench, owner, file, "good");
  const [version = 0] = await versionIds(bench, owner, file);
  const theirs = await uploadOne(bench, other, "theirs", "bad");
  await services.contentBlocks.block("operator", theirs, "asked for");
  await refuses(downloadText(bench, owner, file, version), "file-blocked");
  assert.equal(await downloadText(bench, owner, file), "good");
  assert.equal((await services.versions.list(owner, file)).versions[0]?.isBlocked, true);
  await services.accountRemoval.run("operator", owner.account);
  assert.equal((await storedKeys(bench)).length, 1);
  assert.equal(await bench.ports.database.accounts.findById(owner.account.id), undefined);
  await assertSound(bench);
});

test("blocking a link also blocks its older versions, and restoring does not bring them back", async () => {
  await using bench = await openBench();
  const { contentBlocks, versions, downloads } = bench.services;
  const owner = await bench.account();
  const file = await uploadOne(bench, owner, "file", "bad");
  const before = (await downloads.issueToken(owner, { fileId: file }, {})).text;
  await replace(bench, owner, file, "innocent");
  const { older, block, isNew } = await contentBlocks.block("operator", file, "asked for");
  assert.deepEqual([older.map(({ sizeBytes }) => sizeBytes), block.sizeBytes, isNew], [[3], 8, true]);
  await refuses(tokenText(bench, before), "file-blocked");
  const [version = 0] = await versionIds(bench, owner, file);
  await versions.restore(owner, file, version);
  await refuses(downloadText(bench, owner, file), "file-blocked");
  const again = await contentBlocks.block("operator", file, "once more");
  assert.deepEqual([again.isNew, again.block.id], [false, older[0]?.id]);
  await contentBlocks.unblock("operator", block.id);
  const [innocent = 0] = await versionIds(bench, owner, file);
  assert.equal(await downloadText(bench, owner, file, innocent), "innocent");
});

test("damaged bytes of a version are found, and it is neither sent nor restored", async () => {
  await using bench = await openBench();
  const { services, ports } = bench;
  const owner = await bench.account();
  const file = await uploadOne(bench, owner, "file", "old");
  const { blobKey } = (await ports.database.files.findById(file)) ?? assert.fail();
  await replace(bench, owner, file, "new");
  await ports.blobs.remove(blobKey);
  const { findings } = await services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(
    findings.map((each) => [each.problem, "files" in each ? each.files : []]),
    [["bytes-missing", [{ id: file, name: "file", owner: owner.account.email, isInTrash: false }]]],
  );
  const [version = 0] = await versionIds(bench, owner, file);
  await refuses(downloadText(bench, owner, file, version), "file-damaged");
  await refuses(services.versions.restore(owner, file, version), "file-damaged");
  assert.equal(await downloadText(bench, owner, file), "new");
});
