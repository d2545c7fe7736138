import assert from "node:assert/strict";
import { test } from "node:test";
import type { Blob, StoredFile } from "../files/file.ts";
import type { Repositories } from "../ports/database.ts";
import {
  at,
  createBlob,
  createFile,
  createOwner,
  may,
  sampleFile,
  sampleTrashEntry,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

const nothing = { count: 0, sizeBytes: 0 };

/** Replaces a file's bytes and keeps the previous version; returns the new content. */
async function replaced(
  rows: Repositories,
  file: Pick<StoredFile, "id">,
  { sizeBytes = 5, second = 1 } = {},
): Promise<Blob> {
  const blob = await createBlob(rows, { sizeBytes });
  const times = { replacedAt: at(second), endsAt: at(second + 100), replacedByKeyId: undefined };
  await rows.versions.keepCurrent([{ fileId: may(file.id), ...times }]);
  await rows.files.replaceContents([
    { id: may(file.id), blobId: blob.id, contentType: "text/plain", createdAt: at(second) },
  ]);
  return blob;
}

async function assertCounted({ counters }: Repositories): Promise<void> {
  assert.deepEqual((await counters.compareAccounts(undefined, 9)).deviations, []);
  assert.deepEqual((await counters.compareFolders(undefined, 9)).deviations, []);
}

export function versionTests(open: OpenDatabase): void {
  test("a file gets new bytes under its id, and the old ones become a version that counts", async () => {
    await using opened = await open();
    const { database } = opened;
    const { files, versions, blobs } = database;
    const { place } = await createOwner(database);
    const file = await createFile(database, place, { sizeBytes: 7, passwordHash: "$hash", description: "d" });
    const times = { replacedAt: at(9), endsAt: at(99), replacedByKeyId: "key" };
    await versions.keepCurrent([
      { fileId: may(file.id), ...times },
      { fileId: may("absent"), ...times },
    ]);
    const blob = await createBlob(database, { sizeBytes: 5 });
    const content = { blobId: blob.id, contentType: "image/png", createdAt: at(8) };
    await files.replaceContents([{ id: may(file.id), ...content }]);
    const { key: blobKey, whirlpool } = blob;
    assert.deepEqual(await files.findById(file.id), { ...file, ...content, blobKey, whirlpool, sizeBytes: 5 });
    const [version] = await versions.listByFile(file.id, 9);
    const was = {
      blobId: file.blobId,
      blobKey: file.blobKey,
      whirlpool: file.whirlpool,
      contentType: file.contentType,
    };
    const state = { isDamaged: false, isBlocked: false, sizeBytes: 7, storedAt: file.createdAt };
    assert.deepEqual(version, { ...times, ...was, ...state, id: version?.id, fileId: file.id });
    assert.deepEqual(await versions.find(file.id, version?.id ?? 0), version);
    assert.deepEqual(await versions.findByContent(file.id, file.blobId), version);
    assert.equal(await versions.find("other", version?.id ?? 0), undefined);
    assert.equal(await versions.findByContent(file.id, blob.id), undefined);
    assert.deepEqual(await files.getUsage(place.accountId), { fileCount: 1, sizeBytes: 5 });
    assert.deepEqual(await versions.getUsage(place.accountId), { count: 1, sizeBytes: 7 });
    assert.deepEqual(await blobs.removeUnreferenced([file.blobId, blob.id]), []);
    assert.deepEqual(await blobs.listFileIds(file.blobId, 9), [file.id]);
    await assertCounted(database);
  });

  test("versions are listed latest first, and end by id, number, time and as the oldest", async () => {
    await using opened = await open();
    const { database } = opened;
    const { versions } = database;
    const { place } = await createOwner(database);
    const [file, other] = [await createFile(database, place), await createFile(database, place)];
    for (let second = 1; second <= 5; second++) await replaced(database, file, { sizeBytes: second, second });
    await replaced(database, other, { second: 50 });
    const listed = await versions.listByFile(file.id, 9);
    assert.deepEqual(
      listed.map(({ sizeBytes }) => sizeBytes),
      [4, 3, 2, 1, 1234],
    );
    assert.equal((await versions.listByFile(file.id, 2)).length, 2);
    const counts = await versions.countByFiles([file.id, other.id, "absent"]);
    assert.deepEqual(
      counts,
      new Map([
        [file.id, 5],
        [other.id, 1],
      ]),
    );
    const [oldest] = await versions.listOldest(place.accountId, 1);
    assert.deepEqual(oldest, { id: listed[4]?.id, since: at(1), count: 1, sizeBytes: 1234 });
    await versions.end([may(oldest?.id ?? 0), may(987_654)]);
    assert.equal(await versions.endOfFile(may(file.id), { ids: [listed[0]?.id ?? 0, 987_654] }), 1);
    assert.equal(await versions.endOfFile(may(other.id), { ids: [listed[1]?.id ?? 0] }), 0, "only of that file");
    assert.equal(await versions.endDue(at(102), 9), 1);
    assert.equal(await versions.endOfFile(may(file.id), { allBut: 1 }), 1);
    assert.deepEqual(
      (await versions.listByFile(file.id, 9)).map(({ id }) => id),
      [listed[1]?.id],
    );
    await assertCounted(database);
    assert.deepEqual(await versions.getUsage(place.accountId), { count: 2, sizeBytes: 1237 });
  });

  test("versions go to the trash with their file and back, and end when it is removed for good", async () => {
    await using opened = await open();
    const { database } = opened;
    const { versions, trash, blobs } = database;
    const { place } = await createOwner(database);
    const [file, gone] = [await createFile(database, place), await createFile(database, place)];
    for (const each of [file, gone]) await replaced(database, each);
    const [entryId = 0] = await trash.createMany([sampleTrashEntry(place, { targetId: file.id })]);
    await trash.takeFiles([{ entryId, fileId: may(file.id) }]);
    assert.equal((await versions.listByFile(file.id, 9)).length, 1);
    await trash.putFiles(may(entryId), [{ id: file.id, folderId: may(place.folderId), name: "back" }]);
    assert.equal((await versions.listByFile(file.id, 9)).length, 1);
    await trash.takeFiles([{ entryId, fileId: may(file.id) }]);
    assert.equal(await versions.endByFiles([may(gone.id), may("absent")]), 1);
    assert.deepEqual(await versions.sweep(9, place.accountId), { removed: 1, blobIds: [gone.blobId] });
    await trash.end([may(entryId)]);
    await trash.sweep(500);
    assert.deepEqual(await versions.getUsage(place.accountId), nothing);
    assert.deepEqual(await versions.sweep(9, "another account"), { removed: 0, blobIds: [] });
    assert.deepEqual(await versions.sweep(9), { removed: 1, blobIds: [file.blobId] });
    assert.equal((await blobs.removeUnreferenced([file.blobId, gone.blobId])).length, 2);
    await assertCounted(database);
  });

  test("many files are replaced at once, each with its own content, and each folder is counted", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const blob = await createBlob(database, { sizeBytes: 1 });
    const all = Array.from({ length: 300 }, (_, number) => sampleFile(blob, place, { name: String(number) }));
    await database.files.createMany(all);
    const other = await createBlob(database, { sizeBytes: 2 });
    const change = { blobId: other.id, contentType: "text/plain", createdAt: at(3) };
    await database.files.replaceContents(all.slice(1).map(({ id }) => ({ id: may(id), ...change })));
    assert.deepEqual(await database.files.getUsage(place.accountId), { fileCount: 300, sizeBytes: 599 });
    await assertCounted(database);
  });
}
