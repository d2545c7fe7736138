import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused, at, createFile, createOwner, sampleFolder, may } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";
import type { Folder } from "../folders/folder.ts";
import { exactNames } from "./database-suite-names.ts";

export function folderTests(open: OpenDatabase): void {
  test("returns a folder as created", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const sample = sampleFolder(root, { createdAt: at(7), publicShareId: "AbCd1234", sharePasswordHash: "$hash" });
    const created = await folders.create(sample);
    assert.deepEqual(created, { ...sample, id: created.id });
    assert.deepEqual(await folders.findById(created.id), created);
    assert.deepEqual(await folders.findChild(root.id, sample.name), created);
    assert.deepEqual(await folders.findByPublicShareId("AbCd1234"), created);
    assert.equal(await folders.findByPublicShareId("abcd1234"), undefined);
    assert.equal(await folders.findById(2 ** 40), undefined);
  });

  test("keeps folder names byte for byte and distinguishes them", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    for (const name of exactNames) {
      const { id } = await folders.create(sampleFolder(root, { name }));
      assert.equal((await folders.findChild(root.id, name))?.id, id);
      assert.equal((await folders.findById(id))?.name, name);
    }
    const listed = await folders.listChildren(root.id, { limit: 1000 });
    const expected = exactNames.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    assert.deepEqual(
      listed.map(({ name }) => name),
      expected,
    );
  });

  test("lists all folders of an account from the deepest to the root, page by page", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { account, root } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    await folders.create(sampleFolder(stranger.root, { name: "theirs" }));
    const a = await folders.create(sampleFolder(root, { name: "a", publicShareId: "AbCd1234" }));
    const c = await folders.create(sampleFolder(root, { name: "c" }));
    const b = await folders.create(sampleFolder(a, { name: "b" }));
    const d = await folders.create(sampleFolder(root, { name: "d" }));
    const listed = [
      { ...c, levelsBelow: 0 },
      { ...b, levelsBelow: 0 },
      { ...d, levelsBelow: 0 },
      { ...a, levelsBelow: 1 },
      { ...root, levelsBelow: 2 },
    ];
    assert.deepEqual(await folders.listByAccount(account.id, { limit: 10 }), listed);
    for (const limit of [1, 2, 3]) {
      const walked: typeof listed = [];
      for (let after: (typeof listed)[number] | undefined; ;) {
        const page = await folders.listByAccount(account.id, { after, limit });
        assert.ok(page.length <= limit);
        walked.push(...page);
        if (page.length === 0) break;
        after = page.at(-1);
      }
      assert.deepEqual(walked, listed);
    }
    assert.deepEqual(await folders.listByAccount("nobody", { limit: 10 }), []);
  });

  test("lists an account's shared folders page by page, and ends all their shares", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { account, root } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const theirs = await folders.create(sampleFolder(stranger.root, { name: "theirs", publicShareId: "Theirs12" }));
    const shared: Folder[] = [];
    for (const name of ["a", "b", "c"]) {
      const open = { name, publicShareId: `Share${name}12`, sharePasswordHash: name === "b" ? "hash" : undefined };
      shared.push(await folders.create(sampleFolder(root, open)));
    }
    await folders.create(sampleFolder(root, { name: "kept to oneself" }));
    assert.deepEqual(await folders.listShared(account.id, { limit: 2 }), shared.slice(0, 2));
    assert.deepEqual(await folders.listShared(account.id, { after: shared[1]?.id, limit: 2 }), shared.slice(2));
    assert.equal(await folders.endShares(may(account.id)), 3);
    assert.equal(await folders.endShares(may(account.id)), 0);
    assert.deepEqual(await folders.listShared(account.id, { limit: 2 }), []);
    const [, b] = shared;
    assert.deepEqual(await folders.findById(b?.id ?? 0), {
      ...b,
      publicShareId: undefined,
      sharePasswordHash: undefined,
    });
    assert.deepEqual(await folders.findById(theirs.id), theirs);
  });

  test("lists direct children only", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    assert.deepEqual(await folders.listChildren(root.id, { limit: 1000 }), []);
    const b = await folders.create(sampleFolder(root, { name: "b" }));
    const a = await folders.create(sampleFolder(root, { name: "a" }));
    await folders.create(sampleFolder(a, { name: "deep" }));
    await folders.create(sampleFolder(stranger.root, { name: "theirs" }));
    assert.deepEqual(await folders.listChildren(root.id, { limit: 1000 }), [a, b]);
    assert.equal(await folders.findChild(root.id, "deep"), undefined);
  });

  test("lists children page by page", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    for (const name of ["b", "É", "a", "é", "A"]) await folders.create(sampleFolder(root, { name }));
    const names = async (afterName?: string) =>
      (await folders.listChildren(root.id, { afterName, limit: 2 })).map(({ name }) => name);
    assert.deepEqual([await names(), await names("a"), await names("É")], [["A", "a"], ["b", "É"], ["é"]]);
    assert.deepEqual(await names("é"), []);
  });

  test("refuses a second folder with the same name in one place", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const first = await folders.create(sampleFolder(root, { name: "a" }));
    await assertRefused(folders.create(sampleFolder(root, { name: "a" })), "folder-exists");
    assert.deepEqual(await folders.listChildren(root.id, { limit: 1000 }), [first]);
    await folders.create(sampleFolder(first, { name: "a" }));
  });

  test("refuses to rename or move a folder onto another", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const a = await folders.create(sampleFolder(root, { name: "a" }));
    const b = await folders.create(sampleFolder(root, { name: "b" }));
    const inner = await folders.create(sampleFolder(a, { name: "b" }));
    await assertRefused(folders.update(may(b.id), { name: "a" }), "folder-exists");
    await assertRefused(folders.update(may(b.id), { parentId: may(a.id) }), "folder-exists");
    assert.deepEqual(await folders.findById(b.id), b);
    await folders.update(may(inner.id), { name: "c" });
    await folders.update(may(b.id), { parentId: may(a.id), name: "d" });
    assert.deepEqual(await folders.findById(b.id), { ...b, parentId: a.id, name: "d" });
  });

  test("sets and removes a folder's public page", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const folder = await folders.create(sampleFolder(root));
    await folders.update(may(folder.id), {});
    await folders.update(may(folder.id), { publicShareId: "Zz", sharePasswordHash: "$p" });
    assert.deepEqual(await folders.findByPublicShareId("Zz"), {
      ...folder,
      publicShareId: "Zz",
      sharePasswordHash: "$p",
    });
    await folders.update(may(folder.id), { name: "renamed" });
    assert.equal((await folders.findByPublicShareId("Zz"))?.name, "renamed");
    await folders.update(may(folder.id), { publicShareId: undefined, sharePasswordHash: undefined });
    assert.equal(await folders.findByPublicShareId("Zz"), undefined);
    assert.deepEqual(await folders.findById(folder.id), { ...folder, name: "renamed" });
  });

  test("walks from a folder up to the root", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const path = [root];
    for (let depth = 0; depth < 60; depth++) {
      const parent = path[0] ?? root;
      path.unshift(await folders.create(sampleFolder(parent, { name: `level ${depth}` })));
    }
    assert.deepEqual(await folders.listAncestry(path[0]?.id ?? 0), path);
    assert.deepEqual(await folders.listAncestry(root.id), [root]);
    assert.deepEqual(await folders.listAncestry(987_654), []);
  });

  test("sums the files directly in a folder", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root, place } = await createOwner(opened.database);
    const inner = await folders.create(sampleFolder(root));
    assert.deepEqual(await folders.getCounters(root.id), {
      fileCount: 0,
      sizeBytes: 0,
      folderCount: 1,
      levelsBelow: 1,
    });
    await createFile(opened.database, place, { sizeBytes: 2 ** 41 });
    await createFile(opened.database, place, { sizeBytes: 3 });
    await createFile(opened.database, { ...place, folderId: inner.id }, { sizeBytes: 100 });
    assert.deepEqual(await folders.getCounters(root.id), {
      fileCount: 2,
      sizeBytes: 2 ** 41 + 3,
      folderCount: 1,
      levelsBelow: 1,
    });
    assert.deepEqual(await folders.getCounters(987_654), {
      fileCount: 0,
      sizeBytes: 0,
      folderCount: 0,
      levelsBelow: 0,
    });
  });

  test("refuses to remove a folder with contents", async () => {
    await using opened = await open();
    const { folders, files } = opened.database;
    const { root, place } = await createOwner(opened.database);
    const outer = await folders.create(sampleFolder(root, { name: "outer" }));
    const inner = await folders.create(sampleFolder(outer, { name: "inner" }));
    const file = await createFile(opened.database, { ...place, folderId: inner.id });
    await assertRefused(folders.remove(may(outer.id)), "folder-not-empty");
    await assertRefused(folders.remove(may(inner.id)), "folder-not-empty");
    await files.removeMany([may(file.id)]);
    await folders.remove(may(inner.id));
    await folders.remove(may(outer.id));
    assert.deepEqual(await folders.listChildren(root.id, { limit: 1000 }), []);
    await folders.remove(may(outer.id));
  });

  test("finds many at once, and removes the empty ones of many", async () => {
    await using opened = await open();
    const { folders, accounts } = opened.database;
    const { root, place } = await createOwner(opened.database);
    const outer = await folders.create(sampleFolder(root, { name: "outer" }));
    const made = [];
    for (let index = 0; index < 6; index++) made.push(await folders.create(sampleFolder(outer, { name: `${index}` })));
    const ids = made.map(({ id }) => may(id));
    const [holder = assert.fail()] = ids;
    await createFile(opened.database, { ...place, folderId: holder });
    const found = await folders.findByIds([...ids, holder, 2 ** 40]);
    assert.deepEqual(
      found.toSorted((one, other) => one.id - other.id),
      made,
    );
    assert.deepEqual(await folders.findByIds([]), []);
    assert.deepEqual(
      (await folders.removeEmpty([...ids.slice(0, 4), may(outer.id), may(2 ** 40)])).toSorted(inOrder),
      [holder, outer.id].toSorted(inOrder),
    );
    assert.deepEqual(
      (await folders.findByIds(ids)).map(({ id }) => id).toSorted(inOrder),
      [holder, ...ids.slice(4)].toSorted(inOrder),
    );
    assert.equal(await accounts.countEntries(place.accountId), 5, "four folders and a file");
    assert.deepEqual(await folders.removeEmpty(ids), [holder]);
    assert.equal((await folders.getCounters(outer.id)).levelsBelow, 1);
    assert.deepEqual(await folders.removeEmpty([]), []);
  });

  test("never reuses the id of a removed folder", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const removed = await folders.create(sampleFolder(root));
    await folders.remove(may(removed.id));
    const next = await folders.create(sampleFolder(root));
    assert.ok(next.id > removed.id);
  });
}

const inOrder = (one: number, other: number): number => one - other;
