import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredFile } from "../files/file.ts";
import type { Repositories } from "../ports/database.ts";
import { newFileId } from "../random-ids.ts";
import type { NewTrashEntry } from "../trash/trash.ts";
import {
  assertRefused,
  at,
  createFile,
  createOwner,
  may,
  sampleFolder,
  sampleTrashEntry,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

const nothing = { count: 0, sizeBytes: 0 };
const sampleLink = {
  passwordHash: undefined,
  accessList: undefined,
  endsAt: undefined,
  maxDownloads: undefined,
  isOn: true,
  note: "",
  createdAt: at(1),
};

/** Removes a file into an entry of its own; returns the entry. */
async function trashed(rows: Repositories, file: StoredFile, changes: Partial<NewTrashEntry> = {}): Promise<number> {
  const place = { accountId: file.accountId ?? "", folderId: file.folderId ?? 0 };
  const entry = sampleTrashEntry(place, { targetId: file.id, name: file.name, ...changes });
  const [entryId = 0] = await rows.trash.createMany([entry]);
  await rows.trash.takeFiles([{ entryId, fileId: may(file.id) }]);
  return entryId;
}

export function trashTests(open: OpenDatabase): void {
  test("keeps a file in the trash or among the files, with all its data, and counts it once", async () => {
    await using opened = await open();
    const { database } = opened;
    const { files, trash } = database;
    const { place } = await createOwner(database);
    const given = { passwordHash: "$hash", accessList: { isPremiumOnly: true }, description: "d", isInline: true };
    const file = await createFile(database, place, { ...given, sizeBytes: 7, name: "é.txt" });
    const linkId = newFileId();
    await database.links.create({ ...sampleLink, id: linkId, target: { fileId: may(file.id) } });
    assert.equal(await trash.findFileOfLink(linkId), undefined);
    const entryId = await trashed(database, file);
    assert.equal(await files.findById(file.id), undefined);
    assert.equal(await files.findByName(place.folderId, file.name), undefined);
    assert.deepEqual(await files.getUsage(place.accountId), { fileCount: 0, sizeBytes: 0 });
    assert.deepEqual(await trash.getUsage(place.accountId), { count: 1, sizeBytes: 7 });
    assert.deepEqual(await trash.listFiles(entryId, 10), [{ id: file.id, folderId: place.folderId, name: "é.txt" }]);
    const { whirlpool, blobId } = file;
    const content = { id: file.id, name: "é.txt", accountId: place.accountId, blobId, whirlpool, sizeBytes: 7 };
    assert.deepEqual(await trash.findFiles([file.id]), [content]);
    assert.deepEqual(await trash.findFileOfLink(linkId), content);
    assert.equal(await trash.findFileOfLink(file.id), undefined);
    assert.deepEqual(await database.blobs.removeUnreferenced([file.blobId]), [], "its content is kept");
    assert.deepEqual(await database.blobs.listFileIds(file.blobId, 10), [file.id]);
    await trash.putFiles(may(entryId), [{ id: file.id, folderId: may(place.folderId), name: "é (2).txt" }]);
    await trash.remove(may(entryId));
    assert.deepEqual(await files.findById(file.id), { ...file, name: "é (2).txt" });
    assert.deepEqual(await files.getUsage(place.accountId), { fileCount: 1, sizeBytes: 7 });
    assert.deepEqual(await trash.getUsage(place.accountId), nothing);
    assert.deepEqual(await database.counters.compareAccounts(undefined, 9), { lastId: undefined, deviations: [] });
  });

  test("returns entries as created, latest first, page by page", async () => {
    await using opened = await open();
    const { trash } = opened.database;
    const { place } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const samples = [
      sampleTrashEntry(place, { targetId: "a", removedByKeyId: "key" }),
      sampleTrashEntry(place, { targetId: "7", kind: "folder", levels: 3, isOpen: true, place: [] }),
      sampleTrashEntry(place, { targetId: "b" }),
    ];
    const ids = await trash.createMany(samples);
    await trash.createMany([sampleTrashEntry(stranger.place)]);
    const entries = samples.map((sample, index) => ({ ...sample, id: ids[index] ?? 0, itemCount: 0, sizeBytes: 0 }));
    assert.deepEqual(await trash.list(place.accountId, { limit: 9 }), entries.toReversed());
    assert.deepEqual(await trash.list(place.accountId, { limit: 1, beforeId: ids[2] }), [entries[1]]);
    assert.deepEqual(await trash.findByIds([ids[0] ?? 0]), [entries[0]]);
    assert.deepEqual(await trash.findOpen(place.accountId, "7"), entries[1]);
    await trash.close(ids[1] ?? 0);
    assert.equal(await trash.findOpen(place.accountId, "7"), undefined);
  });

  test("moves empty folders only, and restores them with their ids and pages", async () => {
    await using opened = await open();
    const { database } = opened;
    const { folders, trash } = database;
    const { root, place } = await createOwner(database);
    const top = await folders.create(sampleFolder(root, { name: "top", publicShareId: "AbCd1234" }));
    const low = await folders.create(sampleFolder(top, { name: "low" }));
    const full = await folders.create(sampleFolder(root, { name: "full" }));
    await createFile(database, { ...place, folderId: full.id });
    const [entryId = 0] = await trash.createMany([
      sampleTrashEntry(place, { targetId: String(top.id), kind: "folder" }),
    ]);
    assert.deepEqual(await trash.takeFolders(entryId, [may(top.id), may(full.id), may(root.id)]), []);
    assert.deepEqual(await trash.takeFolders(entryId, [may(low.id)]), [low.id]);
    assert.deepEqual(await trash.takeFolders(entryId, [may(top.id)]), [top.id]);
    assert.equal(await folders.findByPublicShareId("AbCd1234"), undefined);
    assert.deepEqual(await trash.getUsage(place.accountId), { count: 2, sizeBytes: 0 });
    assert.equal(await database.accounts.countEntries(place.accountId), 2);
    const listed = await trash.listFolders(entryId, 10);
    assert.deepEqual(
      listed.map(({ name }) => name),
      ["top", "low"],
    );
    const other = await folders.create(sampleFolder(root, { name: "top" }));
    assert.ok(other.id > low.id, "ids in the trash are not reused");
    const back = { parentId: may(root.id), name: "top" };
    await assertRefused(
      database.transaction((rows) => rows.trash.putFolder(may(entryId), top.id, back)),
      "folder-exists",
    );
    await trash.putFolder(may(entryId), top.id, { ...back, name: "top (2)" });
    await trash.putFolder(may(entryId), low.id, { parentId: may(top.id), name: "low" });
    assert.deepEqual(await folders.findById(top.id), { ...top, name: "top (2)" });
    assert.deepEqual(await folders.findById(low.id), low);
    assert.equal((await folders.findByPublicShareId("AbCd1234"))?.id, top.id);
    assert.deepEqual(await trash.getUsage(place.accountId), nothing);
    for (const page of [
      await database.counters.compareFolders(undefined, 9),
      await database.counters.compareAccounts(undefined, 9),
    ])
      assert.deepEqual(page.deviations, []);
  });

  test("finds by id what was removed on its own, but nothing removed with a folder, ended or restored", async () => {
    await using opened = await open();
    const { database } = opened;
    const { folders, trash } = database;
    const { root, place } = await createOwner(database);
    const [own, within] = [await createFile(database, place), await createFile(database, place)];
    const entryId = await trashed(database, own);
    const found = async (target: Parameters<typeof trash.findRemoval>[0]) => (await trash.findRemoval(target))?.id;
    assert.deepEqual(await trash.findRemoval({ fileId: own.id }), (await trash.findByIds([entryId]))[0]);
    assert.equal(await found({ fileId: within.id }), undefined, "it was not removed");
    const top = await folders.create(sampleFolder(root, { name: "top" }));
    const low = await folders.create(sampleFolder(top, { name: "low" }));
    const [folderEntry = 0] = await trash.createMany([
      sampleTrashEntry(place, { targetId: String(top.id), kind: "folder", isOpen: true }),
    ]);
    await trash.takeFiles([{ entryId: folderEntry, fileId: may(within.id) }]);
    await trash.takeFolders(folderEntry, [may(low.id)]);
    await trash.takeFolders(folderEntry, [may(top.id)]);
    assert.equal(await found({ folderId: top.id }), undefined, "it is still being taken");
    await trash.close(folderEntry);
    assert.equal(await found({ folderId: top.id }), folderEntry);
    assert.deepEqual([await found({ folderId: low.id }), await found({ fileId: within.id })], [undefined, undefined]);
    assert.equal(await found({ fileId: String(top.id) }), undefined, "a folder's number is not a file id");
    await trash.putFiles(may(entryId), [{ id: own.id, folderId: may(place.folderId), name: own.name }]);
    await trash.end([may(folderEntry)]);
    assert.deepEqual([await found({ fileId: own.id }), await found({ folderId: top.id })], [undefined, undefined]);
  });

  test("ends entries that are due or named; ended ones still count and cannot be restored", async () => {
    await using opened = await open();
    const { database } = opened;
    const { trash } = database;
    const { place } = await createOwner(database);
    const ids: number[] = [];
    for (let count = 0; count < 5; count++) {
      ids.push(await trashed(database, await createFile(database, place, { sizeBytes: 10 }), { endsAt: at(count) }));
    }
    const left = async () => (await trash.list(place.accountId, { limit: 9 })).map(({ id }) => ids.indexOf(id));
    assert.deepEqual(
      await trash.listOldest(place.accountId, 3, ids[1]),
      [0, 2, 3].map((index) => ({ id: ids[index], since: at(1), count: 1, sizeBytes: 10 })),
    );
    await trash.end([may(ids[0] ?? 0), may(ids[1] ?? 0)]);
    assert.deepEqual(await left(), [4, 3, 2]);
    assert.deepEqual(await trash.getUsage(place.accountId), { count: 3, sizeBytes: 30 });
    await trash.end([may(ids[2] ?? 0)]);
    assert.deepEqual(await left(), [4, 3]);
    assert.equal(await trash.endDue(at(3), 10), 1);
    assert.equal(await trash.endDue(at(3), 10), 0);
    await trash.end([may(ids[4] ?? 0), may(ids[0] ?? 0), may(987_654)]);
    assert.deepEqual(await left(), []);
    assert.deepEqual(await trash.getUsage(place.accountId), nothing);
    assert.deepEqual(await trash.findByIds(ids), []);
    assert.deepEqual((await database.counters.compareAccounts(undefined, 9)).deviations, []);
  });

  test("never lists an entry being restored as the oldest, and gives it more time", async () => {
    await using opened = await open();
    const { database } = opened;
    const { trash } = database;
    const { place } = await createOwner(database);
    const put = async (minute: number) =>
      trashed(database, await createFile(database, place, { sizeBytes: 10 }), {
        removedAt: at(minute),
        endsAt: at(15),
      });
    const [restoring, first, second] = [await put(0), await put(1), await put(2)];
    await trash.noteRestoring(may(restoring), at(20));
    const left = async () => (await trash.list(place.accountId, { limit: 9 })).map(({ id }) => id);
    assert.deepEqual(
      (await trash.listOldest(place.accountId, 9)).map(({ id }) => id),
      [first, second],
    );
    await trash.end([may(first), may(second)]);
    assert.equal(await trash.endDue(at(19), 9), 0, "it is kept longer now");
    assert.deepEqual(await left(), [restoring]);
    assert.deepEqual(await trash.listOldest(place.accountId, 9), [], "nothing may be removed to make room");
    assert.deepEqual((await database.counters.compareAccounts(undefined, 9)).deviations, []);
  });

  test("cleans up ended entries, a limited number at a time, and releases their contents", async () => {
    await using opened = await open();
    const { database } = opened;
    const { trash } = database;
    const { place } = await createOwner(database);
    const stranger = await createOwner(database);
    const file = await createFile(database, place);
    const kept = await createFile(database, place);
    const theirs = await createFile(database, stranger.place);
    const [one, other] = [await trashed(database, file), await trashed(database, theirs)];
    await trashed(database, kept);
    await trash.end([may(one), may(other)]);
    assert.deepEqual(await trash.sweep(1, place.accountId), { removed: 1, blobIds: [file.blobId] });
    assert.deepEqual(await trash.sweep(500, place.accountId), { removed: 1, blobIds: [] }, "the entry is removed last");
    assert.deepEqual(await trash.sweep(500, place.accountId), { removed: 0, blobIds: [] });
    assert.deepEqual(await trash.sweep(500), { removed: 2, blobIds: [theirs.blobId] });
    assert.equal((await database.blobs.removeUnreferenced([file.blobId, theirs.blobId, kept.blobId])).length, 2);
    assert.deepEqual(await trash.getUsage(place.accountId), { count: 1, sizeBytes: kept.sizeBytes });
  });
}
