import assert from "node:assert/strict";
import { test } from "node:test";
import type { EntryPosition, EntrySpan, SearchStep } from "../entries/entry-repository.ts";
import type { EntryFile, EntrySort } from "../entries/entry.ts";
import { fileKinds } from "../entries/file-kinds.ts";
import { sortName } from "../entries/sort-name.ts";
import type { Database } from "../ports/database.ts";
import {
  at,
  createBlob,
  createFile,
  createOwner,
  may,
  sampleDownloadToken,
  sampleFile,
  sampleFolder,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

/** More than the first step of a walk through rows. */
const MANY = 600;
const sorts: readonly EntrySort[] = ["name", "size", "date", "downloads"];

export function entryTests(open: OpenDatabase): void {
  test("lists a folder's files in every order, from any position and after any file", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    await createFile(database, (await createOwner(database)).place);
    await fill(database, place);
    for (const sort of sorts) {
      for (const isDescending of [false, true]) {
        const span = { sort, isDescending, condition: undefined, skip: 0, limit: 2 * MANY };
        const all = await database.entries.listFiles(root.id, span);
        assert.equal(all.total, MANY);
        assert.deepEqual(
          all.entries.map(({ id }) => id),
          all.entries.toSorted(inOrder(sort, isDescending)).map(({ id }) => id),
          `${sort} ${isDescending}`,
        );
        for (const skip of [0, 1, 200, MANY - 3, MANY, MANY + 7]) {
          const found = await database.entries.listFiles(root.id, { ...span, skip, limit: 5 });
          assert.deepEqual(found, { total: MANY, entries: all.entries.slice(skip, skip + 5) });
        }
        for (const index of [0, 300, MANY - 2, MANY - 1]) {
          const after = positionOf(all.entries[index] ?? assert.fail(), sort);
          const found = await database.entries.listFiles(root.id, { ...span, after, limit: 5 });
          assert.deepEqual(found, { total: MANY, entries: all.entries.slice(index + 1, index + 6) });
        }
      }
    }
    const none = await database.entries.listFiles(root.id, { ...byName, limit: 0 });
    assert.deepEqual(none, { total: MANY, entries: [] });
  });

  test("lists and counts the files that match a condition, from any position and after any file", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    await fill(database, place);
    const condition = { namePart: "g 1", createdAfter: at(50), createdBefore: at(400) };
    for (const sort of sorts) {
      for (const isDescending of [false, true]) {
        const whole = { sort, isDescending, condition: undefined, skip: 0, limit: MANY };
        const { entries } = await database.entries.listFiles(root.id, whole);
        const meeting = entries.filter(
          ({ name, createdAt }) => name.startsWith("IMG 1") && createdAt >= at(50) && createdAt < at(400),
        );
        assert.ok(meeting.length > 20);
        const total = meeting.length;
        for (const skip of [0, 1, total - 2, total, total + 3]) {
          const found = await database.entries.listFiles(root.id, { ...whole, condition, skip, limit: 5 });
          assert.deepEqual(found, { total, entries: meeting.slice(skip, skip + 5) });
        }
        for (const index of [0, total - 2, total - 1]) {
          const after = positionOf(meeting[index] ?? assert.fail(), sort);
          const found = await database.entries.listFiles(root.id, { ...whole, condition, after, limit: 5 });
          assert.deepEqual(found, { total, entries: meeting.slice(index + 1, index + 6) });
        }
      }
    }
  });

  test("lists folders with their contents, by name if nothing else applies", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    const created = new Map<string, number>();
    for (const [index, name] of ["Zoo", "été 10", "Été 2", "album"].entries())
      created.set(name, (await database.folders.create(sampleFolder(root, { name, createdAt: at(index) }))).id);
    const album = created.get("album") ?? assert.fail();
    await database.folders.create(sampleFolder({ ...root, id: album }, { name: "inner" }));
    await createFile(database, { ...place, folderId: album }, { sizeBytes: 7 });
    const listed = async (span: Partial<EntrySpan>) => {
      const { total, entries } = await database.entries.listFolders(root.id, { ...byName, ...span });
      return { total, names: entries.map(({ name }) => name) };
    };
    const names = ["album", "Été 2", "été 10", "Zoo"];
    assert.deepEqual(await listed({}), { total: 4, names });
    assert.deepEqual(await listed({ isDescending: true, skip: 1, limit: 2 }), { total: 4, names: ["été 10", "Été 2"] });
    assert.deepEqual(await listed({ sort: "size", isDescending: true }), { total: 4, names });
    assert.deepEqual(await listed({ sort: "date", isDescending: true }), {
      total: 4,
      names: ["album", "Été 2", "été 10", "Zoo"],
    });
    const after = { key: sortName("Été 2"), id: created.get("Été 2") ?? 0 };
    assert.deepEqual(await listed({ after, limit: 1 }), { total: 4, names: ["été 10"] });
    assert.deepEqual(await listed({ condition: { namePart: "ete" }, after }), { total: 2, names: ["été 10"] });
    assert.deepEqual(await listed({ condition: { createdAfter: at(3) } }), { total: 1, names: ["album"] });
    const [first] = (await database.entries.listFolders(root.id, byName)).entries;
    const { fileCount, folderCount, sizeBytes, parentId } = first ?? assert.fail();
    assert.deepEqual(
      { fileCount, folderCount, sizeBytes, parentId },
      { fileCount: 1, folderCount: 1, sizeBytes: 7, parentId: root.id },
    );
  });

  test("lists a renamed file or folder where its new name belongs", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    for (const name of ["a", "b"]) await database.folders.create(sampleFolder(root, { name }));
    for (const name of ["a", "b"]) await createFile(database, place, { name });
    const folders = async () => (await database.entries.listFolders(root.id, byName)).entries;
    const files = async () => (await database.entries.listFiles(root.id, byName)).entries;
    const names = async () => [...(await folders()), ...(await files())].map(({ name }) => name);
    const [[folder], [file]] = [await folders(), await files()];
    await database.folders.update(may(folder?.id ?? 0), { name: "Ça" });
    await database.files.updateMany([{ id: may(file?.id ?? ""), changes: { name: "Ça" } }]);
    assert.deepEqual(await names(), ["b", "Ça", "b", "Ça"]);
  });

  test("recognizes file kinds by content type, and searches text literally", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    const types = {
      a: "image/png",
      b: "imagex/png",
      c: "application/pdf",
      d: "application/zip",
      "e*[?x": "text/plain",
    };
    for (const [name, contentType] of Object.entries(types)) await createFile(database, place, { name, contentType });
    const found = async (condition: EntrySpan["condition"]) =>
      (await database.entries.listFiles(root.id, { ...byName, condition })).entries.map(({ name }) => name);
    assert.deepEqual(await found({ contentTypes: fileKinds.image }), ["a"]);
    assert.deepEqual(await found({ contentTypes: fileKinds.document }), ["c"]);
    assert.deepEqual(await found({ contentTypes: fileKinds.archive }), ["d"]);
    assert.deepEqual(await found({ contentTypes: fileKinds.text, namePart: "*[?" }), ["e*[?x"]);
    assert.deepEqual(await found({ namePart: "e?" }), []);
    assert.deepEqual(await found({ namePart: "[a-z]" }), []);
  });

  test("finds an account's names that contain all parts, step by step in order", async () => {
    await using opened = await open();
    const { database } = opened;
    const { account, place, root } = await createOwner(database);
    const stranger = await createOwner(database);
    await createFile(database, stranger.place, { name: "IMG 10" });
    await database.folders.create(sampleFolder(stranger.root, { name: "IMG 10" }));
    await fill(database, place);
    const inner = await database.folders.create(sampleFolder(root, { name: "Image 100" }));
    await createFile(database, { ...place, folderId: inner.id }, { name: "x img 100" });
    const folders = await walk((after) => database.entries.searchFolders(account.id, { parts: ["m", "10"], after }));
    assert.deepEqual(
      folders.map(({ id, fileCount }) => [id, fileCount]),
      [[inner.id, 1]],
    );
    const files = await walk((after) => database.entries.searchFiles(account.id, { parts: ["m", "10"], after }));
    const names = files.map(({ name }) => name);
    assert.deepEqual(names, [...Array<string>(MANY / 100).fill("IMG 10"), "x img 100"]);
    assert.equal(files.at(-1)?.folderId, inner.id);
    assert.equal(
      (await walk((after) => database.entries.searchFiles(account.id, { parts: ["g"], after }))).length,
      MANY + 1,
    );
    assert.deepEqual(await walk((after) => database.entries.searchFiles(account.id, { parts: ["é"], after })), []);
  });

  test("reads entries by their ids, in that order", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    const files = [await createFile(database, place), await createFile(database, place), await createFile(database)];
    const ids = files.map(({ id }) => id).toReversed();
    const found = await database.entries.findFiles([...ids, "absent"]);
    assert.deepEqual(
      found.map(({ id }) => id),
      ids.slice(1),
      "a guest's file is in no folder",
    );
    const other = await database.folders.create(sampleFolder(root));
    const folders = await database.entries.findFolders([other.id, 987_654, root.id]);
    assert.deepEqual(
      folders.map(({ id, folderCount }) => [id, folderCount]),
      [
        [other.id, 0],
        [root.id, 1],
      ],
    );
  });

  test("counts a download once, when its token first starts", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    const file = await createFile(database, place);
    const downloads = async () => (await database.entries.listFiles(root.id, byName)).entries[0]?.downloads;
    const token = sampleDownloadToken(file.id);
    await database.downloadTokens.create(token);
    assert.equal(await downloads(), 0);
    await Promise.all([1, 2, 3].map((second) => database.downloadTokens.start(token.hash, at(second), "192.0.2.7")));
    assert.equal(await downloads(), 1);
  });
}

const byName: EntrySpan = { sort: "name", isDescending: false, condition: undefined, skip: 0, limit: 100 };

async function walk<Each>(look: (after: EntryPosition | undefined) => Promise<SearchStep<Each>>): Promise<Each[]> {
  const all: Each[] = [];
  for (let after: EntryPosition | undefined; ;) {
    const { found, next } = await look(after);
    all.push(...found);
    if (next === undefined) return all;
    after = next;
  }
}

async function fill(database: Database, place: { accountId: string; folderId: number }): Promise<void> {
  const blobs = [await createBlob(database, { sizeBytes: 7 }), await createBlob(database, { sizeBytes: 70 })];
  const created = Array.from({ length: MANY }, (_, index) =>
    sampleFile(blobs[index % 2] ?? assert.fail(), place, { name: `IMG ${(index * 7) % 100}`, createdAt: at(index) }),
  );
  await database.files.createMany(created);
  for (const [index, file] of created.entries()) {
    if (index % 50 !== 0) continue;
    const token = sampleDownloadToken(file.id);
    await database.downloadTokens.create(token);
    await database.downloadTokens.start(token.hash, at(1), "192.0.2.7");
  }
}

function positionOf(file: EntryFile, sort: EntrySort): EntryPosition {
  const { id, name, sizeBytes, createdAt, downloads } = file;
  const keys = { name: sortName(name), size: sizeBytes, date: createdAt.getTime(), downloads };
  return { id, key: keys[sort] };
}

function inOrder(sort: EntrySort, isDescending: boolean): (one: EntryFile, other: EntryFile) => number {
  const compare = (one: string | number, other: string | number) => (one < other ? -1 : one > other ? 1 : 0);
  return (one, other) => {
    const [a, b] = [positionOf(one, sort), positionOf(other, sort)];
    const order = compare(a.key, b.key) || compare(a.id, b.id);
    return isDescending ? -order : order;
  };
}
