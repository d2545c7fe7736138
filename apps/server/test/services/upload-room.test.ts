import { placed } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type AccountActor, isDomainError, type StorageRoom } from "@consigne/core";
import { type Bench, downloadText, openBench, storedKeys, uploadTexts } from "../_services.ts";
import { chunk, send, watchedBlobs } from "../_store-room.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

/** An account of the free plan that has stored all of its terabyte except `leftBytes`. */
async function nearlyFull(bench: Bench, leftBytes: number): Promise<AccountActor> {
  const owner = await bench.account(undefined, "free");
  const [first] = await uploadTexts(bench, owner, { "a.txt": "a" });
  const { blobs, files } = bench.ports.database;
  const stored = await files.findById(first?.fileId ?? "");
  assert.ok(stored);
  const big = { id: "z".repeat(32), key: "z".repeat(32), whirlpool: "f".repeat(128), sizeBytes: 1e12 - 1 - leftBytes };
  await blobs.createMany([{ ...big, createdAt: bench.clock.now(), damagedAt: undefined }]);
  await files.createMany([placed({ ...stored, ...big, id: "z".repeat(20), blobId: big.id, blobKey: big.key })]);
  return owner;
}

const refusals = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes
    .filter((outcome) => outcome.status === "rejected")
    .map(({ reason }: PromiseRejectedResult) => reason as Error);

test("parallel uploads of unknown length never stage more than the account has left", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace });
  const owner = await nearlyFull(bench, 512 * KIB);
  const stagedBefore = watch.stagedBytes;
  watch.mostBytes = 0;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => send(bench, owner, { sizeBytes: 3 * MIB })),
  );
  const refused = refusals(outcomes);
  assert.equal(refused.length, 20);
  for (const error of refused) assert.ok(isDomainError(error, "quota-exceeded"), String(error));
  assert.ok(watch.mostBytes - stagedBefore <= 512 * KIB, `${watch.mostBytes} bytes were staged`);
  assert.equal(watch.stagedBytes, stagedBefore);
  await send(bench, owner, { sizeBytes: 512 * KIB });
  await assert.rejects(send(bench, owner, { sizeBytes: 33 }), refusal("quota-exceeded"));
});

test("an announced length over the quota is refused before any byte is staged", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace });
  const owner = await nearlyFull(bench, 512 * KIB);
  watch.mostBytes = 0;
  await assert.rejects(send(bench, owner, { sizeBytes: 59 * MIB, bodyBytes: 59 * MIB }), refusal("quota-exceeded"));
  await assert.rejects(send(bench, owner, { sizeBytes: 1, bodyBytes: 2e9 }), refusal("file-too-large"));
  assert.equal(watch.mostBytes, 0);
});

test("of uploads that fit alone but not together the first succeeds, and the others release their space", async () => {
  await using bench = await openBench();
  const owner = await nearlyFull(bench, 5 * MIB);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, () => send(bench, owner, { sizeBytes: 4 * MIB, bodyBytes: 4 * MIB + 500 })),
  );
  assert.equal(refusals(outcomes).length, 5);
});

test("space returns at every end of an upload and with every removal", async () => {
  await using bench = await openBench();
  const owner = await nearlyFull(bench, MIB);
  for (let round = 0; round < 5; round++) {
    await assert.rejects(send(bench, owner, { sizeBytes: MIB + 1 }), refusal("quota-exceeded"));
    const fileId = await send(bench, owner, { sizeBytes: MIB });
    await assert.rejects(send(bench, owner, { sizeBytes: 40 }), refusal("quota-exceeded"));
    await bench.services.files.remove(owner, [{ reference: { fileId } }]);
  }
});

test("a removal makes room for a running upload", async () => {
  await using bench = await openBench();
  const owner = await nearlyFull(bench, MIB);
  const fileId = await send(bench, owner, { sizeBytes: MIB - 100 });
  const { uploads, files } = bench.services;
  const upload = await uploads.begin(uploads.offer().id, owner);
  const file = await upload.openFile({ name: "a", contentType: undefined }, owner);
  await file.write(Buffer.from("first"));
  await files.remove(owner, [{ reference: { fileId } }]);
  await file.write(chunk);
  await file.finish();
  await upload.commit(owner, { folder: "root", domain: undefined, password: "" });
});

test("uploads that keep filling the quota to the last byte are never refused wrongly", async () => {
  await using bench = await openBench();
  const owner = await nearlyFull(bench, 10 * 100 * KIB);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => send(bench, owner, { sizeBytes: 100 * KIB })),
  );
  assert.deepEqual(refusals(outcomes), []);
  await assert.rejects(send(bench, owner, { sizeBytes: 40 }), refusal("quota-exceeded"));
});

test("uploads together leave the store's reserve free, and everything else keeps working", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace, minFreeBytes: 10 * MIB, trashDays: 0 });
  const owner = await bench.account();
  const [kept] = await uploadTexts(bench, owner, { "kept.txt": "kept" });
  watch.room = {
    freeBytes: 16 * MIB + watch.stagedBytes,
    totalBytes: 1e9,
    freeFiles: undefined,
    totalFiles: undefined,
  };
  const before = watch.stagedBytes;
  watch.mostBytes = 0;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => send(bench, owner, { sizeBytes: 5 * MIB })),
  );
  const refused = refusals(outcomes);
  assert.ok(refused.length >= 7, `${refused.length} were refused`);
  for (const error of refused) assert.ok(isDomainError(error, "storage-full"), String(error));
  assert.ok(watch.mostBytes - before <= 6 * MIB, `${watch.mostBytes - before} bytes were staged`);
  await assert.rejects(send(bench, owner, { sizeBytes: 1, bodyBytes: 20 * MIB }), refusal("storage-full"));
  assert.equal(await downloadText(bench, owner, kept?.fileId ?? ""), "kept");
  await bench.services.folders.create(owner, "root", "still");
  for (const { id } of (await bench.services.files.list(owner, "root", {})).first)
    await bench.services.files.remove(owner, [{ reference: { fileId: id } }]);
  assert.deepEqual(await storedKeys(bench), []);
  await send(bench, owner, { sizeBytes: 5 * MIB });
});

test("the reserve is by default the larger of 256 MiB and 1 %, and 1 % of the inodes", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace, minFreeBytes: undefined });
  const owner = await bench.account();
  const upload = (room: Partial<StorageRoom>) => {
    const freeBytes = (room.freeBytes ?? 1e12) + watch.stagedBytes;
    watch.room = { totalBytes: 1e12, freeFiles: undefined, totalFiles: undefined, ...room, freeBytes };
    return send(bench, owner, { sizeBytes: 100 });
  };
  const isFull = refusal("storage-full");
  await assert.rejects(upload({ freeBytes: 256 * MIB + 99, totalBytes: 1e9 }), isFull);
  await upload({ freeBytes: 256 * MIB + 100, totalBytes: 1e9 });
  await assert.rejects(upload({ freeBytes: 10e9 + 99 }), isFull);
  await upload({ freeBytes: 10e9 + 100 });
  await assert.rejects(upload({ freeFiles: 64, totalFiles: 1000 }), isFull);
  await upload({ freeFiles: 65, totalFiles: 1000 });
  await assert.rejects(upload({ freeFiles: 10_000, totalFiles: 1_000_000 }), isFull);
  await upload({ freeFiles: 10_001, totalFiles: 1_000_000 });
});

test("the reserve is shown in whole bytes, as the API promises", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace, minFreeBytes: undefined });
  watch.room = { totalBytes: 270_553_174_016, freeBytes: 1e11, freeFiles: undefined, totalFiles: undefined };
  const { space } = await bench.services.status.read("operator");
  assert.equal(space?.reserveBytes, 2_705_531_740);
});

test("an upload id is free again after a refusal for lack of space", async () => {
  await using bench = await openBench();
  const owner = await nearlyFull(bench, 0);
  await assert.rejects(send(bench, owner, { sizeBytes: 32 }), refusal("quota-exceeded"));
  const { uploads } = bench.services;
  const upload = await uploads.begin("WantsRoom1", owner);
  await upload.abort();
  assert.equal(await bench.ports.database.uploads.findById("WantsRoom1"), undefined);
});

test("calls that make the database grow leave half of the reserve, and files can still be downloaded and removed", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace, minFreeBytes: 10 * MIB });
  const owner = await bench.account();
  const { files, folders, shares, accounts, links } = bench.services;
  const [first, second] = await uploadTexts(bench, owner, { "a.txt": "a", "b.txt": "b" });
  const reference = { fileId: first?.fileId ?? "" };
  const folder = (await folders.create(owner, "root", "folder")).id;
  const link = (await links.add(owner, reference, {})).id;
  const leave = async (freeBytes: number) => {
    watch.room = {
      freeBytes: freeBytes + watch.stagedBytes,
      totalBytes: 1e9,
      freeFiles: undefined,
      totalFiles: undefined,
    };
    // The store's free space is checked again before an upload.
    await assert.rejects(send(bench, owner, { sizeBytes: 1 }), refusal("storage-full"));
  };
  const growing: Record<string, () => Promise<unknown>> = {
    mkdir: () => folders.create(owner, "root", "another"),
    "folder/mv": () => folders.move(owner, folder, { name: "renamed" }),
    "folder/share": () => shares.share(owner, folder, { isShared: true, password: undefined }),
    cp: () => files.copy(owner, [reference], { destination: folder }),
    mv: () => files.move(owner, [reference], folder),
    rename: () => files.rename(owner, [{ reference, name: "c.txt" }]),
    chattr: () => files.changeAttributes(owner, [reference], { description: "note" }),
    "link/change": () => links.change(owner, link, { note: "x".repeat(1000) }),
    "user/info": () => accounts.updateSettings(owner, { pageLimit: 7 }),
  };
  await leave(5 * MIB);
  for (const [name, call] of Object.entries(growing)) await assert.rejects(call(), refusal("storage-full"), name);
  assert.equal(await downloadText(bench, owner, reference.fileId), "a");
  await files.remove(owner, [{ reference: { fileId: second?.fileId ?? "" } }]);
  await leave(6 * MIB);
  for (const call of Object.values(growing)) await call();
});

test("a batch that fills the disk says that only the files without an answer were not stored", async () => {
  const { watch, replace } = watchedBlobs();
  await using bench = await openBench({ replace });
  const owner = await bench.account();
  const stored = Promise.withResolvers<void>();
  const options = { folder: "root", nameTaken: "add", domain: undefined } as const;
  const batch = await bench.services.batches.begin(owner, options, () => stored.resolve());
  const open = (path: string, bytes: Buffer) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return batch.open({ folder: undefined, path, sizeBytes: bytes.length, sha256, contentType: undefined });
  };
  const first = await open("first", chunk);
  await first.write(chunk);
  await first.finish();
  await stored.promise;
  watch.room = { freeBytes: 0, totalBytes: MIB, freeFiles: undefined, totalFiles: undefined };
  await assert.rejects(
    async () => {
      const large = Buffer.alloc(5 * MIB);
      await (await open("second", large)).write(large);
    },
    (error) =>
      isDomainError(error, "storage-full") && /out of space; files .* not answered were not stored/.test(error.message),
  );
  await batch.abort();
});
