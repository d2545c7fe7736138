import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { BlobStoreError } from "@consigne/core";
import {
  type Bench,
  DAY_MS,
  downloadText,
  HOUR_MS,
  openBench,
  overriding,
  storedKeys,
  uploadTexts,
} from "../_services.ts";

const removeAll = async (bench: Bench, actor: Awaited<ReturnType<Bench["account"]>>) => {
  for (const { id } of (await bench.services.files.list(actor, "root", {})).first)
    await bench.services.files.remove(actor, [{ reference: { fileId: id } }]);
};

test("a removed file's bytes leave the disk at once, at any age, unless another file has them", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "shared" });
  const [copy] = await bench.services.files.copy(owner, [{ fileId: file?.fileId ?? "" }], { destination: "root" });
  await bench.services.files.remove(owner, [{ reference: { fileId: file?.fileId ?? "" } }]);
  assert.equal(await downloadText(bench, owner, copy?.to.id ?? ""), "shared");
  bench.clock.advance(2 * HOUR_MS);
  await uploadTexts(bench, owner, { "b.txt": "young" });
  assert.equal((await storedKeys(bench)).length, 2);
  await removeAll(bench, owner);
  assert.deepEqual(await storedKeys(bench), []);
  assert.deepEqual(await bench.ports.database.blobs.listPage(undefined, 10), []);
});

test("repeated uploads and removals take no more disk space than one", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  for (let round = 0; round < 20; round++) {
    await uploadTexts(bench, owner, { "a.bin": `content ${round}` });
    assert.equal((await storedKeys(bench)).length, 1);
    await removeAll(bench, owner);
  }
  await bench.services.bytesRemover.settle();
  const { findings, storedBlobs } = await bench.services.storageCheck.run({ repair: false, isDeep: true });
  assert.deepEqual([findings, storedBlobs], [[], 0]);
});

test("a clock that jumps a year ahead takes nothing from a running upload", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  const upload = await bench.services.uploads.begin("Jumping001", owner);
  const first = await upload.openFile({ name: "a.txt", contentType: undefined }, owner);
  await first.write(Buffer.from("complete"));
  await first.finish();
  const second = await upload.openFile({ name: "b.txt", contentType: undefined }, owner);
  await second.write(Buffer.from("half"));
  bench.clock.advance(365 * DAY_MS);
  await bench.services.collector.collect();
  await second.write(Buffer.from("way"));
  await second.finish();
  const report = await upload.commit(owner, { folder: "root", domain: undefined, password: "" });
  assert.equal(await downloadText(bench, owner, report.files[0]?.fileId ?? ""), "complete");
  assert.equal(await downloadText(bench, owner, report.files[1]?.fileId ?? ""), "halfway");
  assert.equal((await bench.services.uploads.getReport("Jumping001")).files.length, 2);
});

test("bytes that cannot be removed block no others, and are removed by a later cleanup", async () => {
  let refused = "";
  let isRefusing = true;
  await using bench = await openBench({
    trashDays: 0,
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        remove: async (key: string) => {
          refused ||= key;
          if (isRefusing && key === refused) throw new BlobStoreError("unavailable", "Not now.");
          await blobs.remove(key);
        },
      }),
    }),
  });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { a: "one", b: "two", c: "three" });
  await removeAll(bench, owner);
  await assert.rejects(bench.services.collector.collect(), BlobStoreError);
  assert.deepEqual(await storedKeys(bench), [refused]);
  isRefusing = false;
  assert.equal((await bench.services.collector.collect()).blobs, 1);
  assert.deepEqual(await storedKeys(bench), []);
});

test("the check finds missing, short and damaged bytes and names the files", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "gone.txt": "1", "short.txt": "22", "damaged.txt": "333", "sound.txt": "4444" });
  const { storageCheck } = bench.services;
  assert.equal((await storageCheck.run({ repair: false, isDeep: true })).isSound, true);
  const missing = (await bench.services.files.list(owner, "root", {})).first.find(({ name }) => name === "gone.txt");
  await bench.ports.blobs.remove((await bench.ports.database.files.findById(missing?.id ?? ""))?.blobKey ?? "");
  using stored = new StoredBytes(join(bench.dataDir, "bytes"));
  stored.replace(stored.keyOf("22"), Buffer.alloc(20));
  stored.replace(stored.keyOf("333"), "xyz");
  const problems = async (isDeep: boolean) =>
    (await storageCheck.run({ repair: true, isDeep })).findings
      .map((finding) => `${"files" in finding ? finding.files.map(({ name }) => name).join() : ""} ${finding.problem}`)
      .toSorted();
  assert.deepEqual(await problems(false), ["gone.txt bytes-missing", "short.txt size-differs"]);
  assert.deepEqual(await problems(true), [
    "damaged.txt content-differs",
    "gone.txt bytes-missing",
    "short.txt size-differs",
  ]);
});

test("the check names the owner of a damaged file, also of one in the trash", async () => {
  await using bench = await openBench({ trashDays: 30 });
  const [ana, bob] = [await bench.account("ana@example.org"), await bench.account("bob@example.org")];
  const [here] = await uploadTexts(bench, ana, { "here.txt": "same" });
  await uploadTexts(bench, bob, { "removed.txt": "same" });
  const [removed] = (await bench.services.files.list(bob, "root", {})).first;
  await bench.services.files.remove(bob, [{ reference: { fileId: removed?.id ?? "" } }]);
  using stored = new StoredBytes(join(bench.dataDir, "bytes"));
  // The bytes of the first upload may still be there, too.
  const { blobKey } = (await bench.ports.database.files.findById(here?.fileId ?? "")) ?? assert.fail();
  stored.replace(blobKey, "SAME");
  const { findings } = await bench.services.storageCheck.run({ repair: false, isDeep: true });
  const files = findings.flatMap((finding) => ("files" in finding ? finding.files : []));
  assert.deepEqual(files.map(({ name, owner, isInTrash }) => `${name} of ${owner} ${isInTrash}`).toSorted(), [
    "here.txt of ana@example.org false",
    "removed.txt of bob@example.org true",
  ]);
});

test("bytes that a failing disk does not return count as damaged, and the check continues", async () => {
  let isFailing = false;
  await using bench = await openBench({
    trashDays: 0,
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        open: async (key: string) => {
          const reader = await blobs.open(key);
          return overriding(reader, {
            read: async (buffer: Uint8Array) => {
              if (isFailing && reader.sizeBytes === 1) throw new BlobStoreError("unavailable", "Input/output error.");
              return reader.read(buffer);
            },
          });
        },
      }),
    }),
  });
  await uploadTexts(bench, await bench.account(), { a: "1", b: "22" });
  isFailing = true;
  const { findings, blobRows } = await bench.services.storageCheck.run({ repair: false, isDeep: true });
  assert.deepEqual([findings.map(({ problem }) => problem), blobRows], [["content-differs"], 2]);
});

test("bytes without a row are removed once older than any upload, never before", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  const upload = await bench.services.uploads.begin("Orphan0001", owner);
  const file = await upload.openFile({ name: "a.txt", contentType: undefined }, owner);
  await file.write(Buffer.from("first of a long upload"));
  await file.finish();
  using stored = new StoredBytes(join(bench.dataDir, "bytes"));
  // It is made durable while the next file is answered.
  while (stored.keys().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const first = stored.keyOf("first of a long upload");
  const { storageCheck } = bench.services;
  const ago = (ms: number) => new Date(bench.clock.now().getTime() - ms);
  stored.date(first, ago(4 * HOUR_MS));
  assert.deepEqual((await storageCheck.run({ repair: true, isDeep: false })).findings, []);
  const report = await upload.commit(owner, { folder: "root", domain: undefined, password: "" });
  assert.equal(await downloadText(bench, owner, report.files[0]?.fileId ?? ""), "first of a long upload");

  const staged = await bench.ports.blobs.stage();
  await staged.write(Buffer.from("orphan"));
  await staged.complete();
  stored.date(staged.key, ago(7 * HOUR_MS));
  const seen = await storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(
    seen.findings.map((finding) => finding.problem),
    ["bytes-without-row"],
  );
  assert.equal(seen.isSound, true);
  const hasRemoved = async () =>
    (await storageCheck.run({ repair: true, isDeep: false })).findings.map(
      (finding) => "isRepaired" in finding && finding.isRepaired,
    );
  assert.deepEqual(await hasRemoved(), [false], "the database may be older than they are");
  stored.date(staged.key, ago(8 * DAY_MS));
  const repaired = await storageCheck.run({ repair: true, isDeep: false });
  assert.deepEqual(repaired.findings, [
    { problem: "bytes-without-row", blobKey: staged.key, sizeBytes: 6, isOld: true, isRepaired: true },
  ]);
  assert.deepEqual((await storageCheck.run({ repair: true, isDeep: true })).findings, []);
});

test("many bytes without a row are removed only if confirmed, as the database may be an older copy", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const old = new Date(bench.clock.now().getTime() - 8 * DAY_MS);
  using stored = new StoredBytes(join(bench.dataDir, "bytes"));
  for (let size = 1; size <= 21; size++) {
    const staged = await bench.ports.blobs.stage();
    await staged.write(Buffer.from("x".repeat(size)));
    await staged.complete();
    stored.date(staged.key, old);
  }
  const { storageCheck } = bench.services;
  const held = await storageCheck.run({ repair: true, isDeep: false });
  assert.deepEqual([held.isStopped, held.storedBlobs, held.findings.length], [true, 21, 21]);
  assert.equal((await storedKeys(bench)).length, 21);
  const all = await storageCheck.run({ repair: true, isDeep: false, removesAllUnknown: true });
  assert.deepEqual([all.isStopped, all.findings.length], [false, 21]);
  assert.deepEqual(await storedKeys(bench), []);
});

test("a file removed and cleaned up during the check is not reported as lost", async () => {
  let onStat = async (): Promise<void> => {};
  await using bench = await openBench({
    trashDays: 0,
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        stat: async (key: string) => {
          await onStat();
          return blobs.stat(key);
        },
      }),
    }),
  });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": "x" });
  bench.clock.advance(2 * HOUR_MS);
  onStat = async () => {
    await removeAll(bench, owner);
    await bench.services.collector.collect();
  };
  const report = await bench.services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual([report.findings, report.isSound], [[], true]);
});

test("the check recounts each account and folder, and corrects differences", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": "one", "b.txt": "three" });
  const { accounts, storageCheck } = bench.services;
  assert.deepEqual(await accounts.getUsage(owner.account), {
    fileCount: 2,
    sizeBytes: 8,
    trashBytes: 0,
    versionBytes: 0,
    countedBytes: 8,
  });
  const other = new DatabaseSync(join(bench.dataDir, "consigne.sqlite"));
  other.exec("update accounts set size_bytes = 1000000");
  other.exec("update folders set file_count = 0");
  other.close();
  const wrong = await storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(
    [wrong.isSound, wrong.findings.map((finding) => [finding.problem, "of" in finding && finding.of])],
    [
      true,
      [
        ["counters-differ", "folder"],
        ["counters-differ", "account"],
      ],
    ],
  );
  assert.equal((await accounts.getUsage(owner.account)).sizeBytes, 1_000_000);
  await storageCheck.run({ repair: true, isDeep: false });
  assert.deepEqual(await accounts.getUsage(owner.account), {
    fileCount: 2,
    sizeBytes: 8,
    trashBytes: 0,
    versionBytes: 0,
    countedBytes: 8,
  });
  assert.deepEqual((await storageCheck.run({ repair: false, isDeep: false })).findings, []);
});

test("a server that cannot record that it runs counts as running while its process exists", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const { status } = bench.services;
  const isRunning = async (runsHere?: (process: string) => Promise<boolean>) =>
    (await status.read("operator", runsHere)).server?.isRunning;
  await status.note({ version: "1", url: "http://localhost", startedAt: 0, process: "7 1 boot", errors: [] });
  bench.clock.advance(HOUR_MS);
  assert.equal(await isRunning(), false, "silent, and its process is unknown");
  assert.equal(await isRunning(async (process) => process === "7 1 boot"), true);
  await status.note({ version: "1", url: "", startedAt: 0, process: "7 1 boot", stoppedAt: 1, errors: [] });
  assert.equal(await isRunning(async () => true), false, "it reported that it stops");
});
