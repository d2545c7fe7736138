import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import type { StoredFile } from "../files/file.ts";
import type { Folder } from "../folders/folder.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newBlobKey } from "../random-ids.ts";
import { at, createBlob, createOwner, sampleFile, sampleFolder, may, placed } from "./database-suite-samples.ts";
import type { OpenDatabase, Place } from "./database-suite-samples.ts";

export function counterTests(open: OpenDatabase): void {
  for (const seed of [1, 2, 3]) {
    test(`match a full count after changes in random order (seed ${seed})`, async () => {
      await using opened = await open();
      const { database } = opened;
      const random = randomSource(seed);
      const world = await RandomWorld.create(database, random);
      for (let round = 0; round < 6; round++) {
        for (let step = 0; step < 25; step++) await world.change(database);
        // Callers that change the same folders at once, some of which roll back.
        await Promise.all(Array.from({ length: 12 }, () => world.changeInTransaction()));
        await assertCounted(database, world);
      }
    });
  }

  test("count folder levels when folders are made, moved and removed", async () => {
    await using opened = await open();
    const { folders } = opened.database;
    const { root } = await createOwner(opened.database);
    const levels = async (...ids: number[]) =>
      Promise.all(ids.map(async (id) => (await folders.getCounters(id)).levelsBelow));
    const a = await folders.create(sampleFolder(root, { name: "a" }));
    const b = await folders.create(sampleFolder(a, { name: "b" }));
    const c = await folders.create(sampleFolder(b, { name: "c" }));
    const other = await folders.create(sampleFolder(root, { name: "other" }));
    assert.deepEqual(await levels(root.id, a.id, b.id, c.id, other.id), [3, 2, 1, 0, 0]);
    await folders.update(may(b.id), { parentId: may(other.id) });
    assert.deepEqual(await levels(root.id, a.id, b.id, c.id, other.id), [3, 0, 1, 0, 2]);
    await folders.update(may(b.id), { name: "renamed" });
    await folders.remove(may(c.id));
    assert.deepEqual(await levels(root.id, a.id, b.id, other.id), [2, 0, 0, 1]);
    await folders.remove(may(b.id));
    await folders.remove(may(other.id));
    await folders.remove(may(a.id));
    assert.deepEqual(await levels(root.id), [0]);
  });

  test("need no correction when right, and stay unchanged", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    await database.files.createMany([sampleFile(await createBlob(database, { sizeBytes: 7 }), place)]);
    await database.counters.recount({ of: "account", id: place.accountId });
    await database.counters.recount({ of: "folder", id: place.folderId });
    await database.counters.recount({ of: "folder", id: 987_654 });
    assert.deepEqual(await database.files.getUsage(place.accountId), { fileCount: 1, sizeBytes: 7 });
    const counters = await database.folders.getCounters(place.folderId);
    assert.deepEqual(counters, { fileCount: 1, sizeBytes: 7, folderCount: 0, levelsBelow: 0 });
    assert.deepEqual(await database.counters.compareAccounts(undefined, 1), {
      lastId: place.accountId,
      deviations: [],
    });
    const end = { lastId: undefined, deviations: [] };
    assert.deepEqual(await database.counters.compareAccounts(place.accountId, 1), end);
    assert.deepEqual(await database.counters.compareFolders(undefined, 1), { lastId: place.folderId, deviations: [] });
    assert.deepEqual(await database.counters.compareFolders(place.folderId, 1), end);
  });
}

/** The same numbers in every run (mulberry32): integers below the given one. */
function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const changedMind = new Error("changed its mind");

/** Two accounts whose files and folders are changed at random. It remembers ids, and looks everything else up. */
class RandomWorld {
  readonly owners: Awaited<ReturnType<typeof createOwner>>[];
  readonly #database: Database;
  readonly #random: (below: number) => number;
  readonly #fileIds: string[] = [];
  readonly folderIds: number[] = [];

  private constructor(database: Database, random: (below: number) => number, owners: RandomWorld["owners"]) {
    this.#database = database;
    this.#random = random;
    this.owners = owners;
    this.folderIds.push(...owners.map(({ root }) => root.id));
  }

  static async create(database: Database, random: (below: number) => number): Promise<RandomWorld> {
    return new RandomWorld(database, random, [await createOwner(database), await createOwner(database)]);
  }

  async changeInTransaction(): Promise<void> {
    try {
      await this.#database.transaction(async (rows) => {
        for (let step = 0; step < 3; step++) await this.change(rows);
        if (this.#random(3) === 0) throw changedMind;
      });
    } catch (error) {
      if (error !== changedMind) throw error;
    }
  }

  async change(rows: Repositories): Promise<void> {
    const changes = [
      () => this.#addFile(rows),
      () => this.#addFile(rows),
      () => this.#addGuestFile(rows),
      () => this.#copyFile(rows),
      () => this.#moveFile(rows),
      () => this.#renameFile(rows),
      () => this.#removeFile(rows),
      () => this.#replaceBytes(rows),
      () => this.#addFolder(rows),
      () => this.#moveFolder(rows),
      () => this.#removeFolder(rows),
    ];
    await changes[this.#random(changes.length)]?.();
  }

  async #addFile(rows: Repositories): Promise<void> {
    const file = sampleFile(await createBlob(rows, { sizeBytes: this.#random(5000) }), await this.#somePlace(rows));
    await rows.files.createMany([file]);
    this.#fileIds.push(file.id);
  }

  async #addGuestFile(rows: Repositories): Promise<void> {
    const file = sampleFile(await createBlob(rows));
    await rows.files.createMany([file]);
    this.#fileIds.push(file.id);
  }

  async #copyFile(rows: Repositories): Promise<void> {
    const from = await this.#someFile(rows);
    const blob = from === undefined ? undefined : await rows.blobs.findById(from.blobId);
    if (blob === undefined) return;
    const copy = sampleFile(blob, await this.#somePlace(rows));
    await rows.files.createMany([copy]);
    this.#fileIds.push(copy.id);
  }

  async #moveFile(rows: Repositories): Promise<void> {
    const file = await this.#someFile(rows);
    if (file === undefined) return;
    const { accountId, folderId } = await this.#somePlace(rows);
    await rows.files.updateMany([{ id: may(file.id), changes: { accountId, folderId: may(folderId) } }]);
  }

  async #renameFile(rows: Repositories): Promise<void> {
    const file = await this.#someFile(rows);
    if (file !== undefined)
      await rows.files.updateMany([
        { id: may(file.id), changes: { name: "renamed", folderId: placed(file).folderId } },
      ]);
  }

  async #removeFile(rows: Repositories): Promise<void> {
    const id = this.#fileIds[this.#random(this.#fileIds.length + 1)];
    if (id !== undefined) await rows.files.removeMany([may(id)]);
  }

  async #replaceBytes(rows: Repositories): Promise<void> {
    const file = await this.#someFile(rows);
    if (file !== undefined) await rows.blobs.replaceKeys([{ id: file.blobId, key: newBlobKey() }]);
  }

  async #addFolder(rows: Repositories): Promise<void> {
    const parent = await this.#someFolder(rows);
    if (parent === undefined) return;
    const name = `folder ${this.#random(1_000_000_000)}`;
    this.folderIds.push((await rows.folders.create(sampleFolder(parent, { name }))).id);
  }

  async #moveFolder(rows: Repositories): Promise<void> {
    const moved = await this.#someFolder(rows);
    const parent = await this.#someFolder(rows);
    if (moved?.parentId === undefined || parent === undefined || moved.accountId !== parent.accountId) return;
    const ancestry = await rows.folders.listAncestry(parent.id);
    if (ancestry.every(({ id }) => id !== moved.id))
      await rows.folders.update(may(moved.id), { parentId: may(parent.id) });
  }

  async #removeFolder(rows: Repositories): Promise<void> {
    const folder = await this.#someFolder(rows);
    if (folder?.parentId === undefined) return;
    await rows.folders.remove(may(folder.id)).catch((error: unknown) => {
      if (!isDomainError(error, "folder-not-empty")) throw error;
    });
  }

  async #someFile(rows: Repositories): Promise<StoredFile | undefined> {
    const id = this.#fileIds[this.#random(this.#fileIds.length + 1)];
    return id === undefined ? undefined : rows.files.findById(id);
  }

  async #someFolder(rows: Repositories): Promise<Folder | undefined> {
    const id = this.folderIds[this.#random(this.folderIds.length)];
    return id === undefined ? undefined : rows.folders.findById(id);
  }

  async #somePlace(rows: Repositories): Promise<Place> {
    const owner = this.owners[this.#random(this.owners.length)] ?? assert.fail("it has no owner");
    const folder = (await this.#someFolder(rows)) ?? owner.root;
    return { accountId: folder.accountId, folderId: folder.id };
  }
}

async function assertCounted(database: Database, { owners, folderIds }: RandomWorld): Promise<void> {
  const page = { limit: 1_000_000, createdAfter: at(-1) };
  const sum = (files: readonly Pick<StoredFile, "sizeBytes">[]) => ({
    fileCount: files.length,
    sizeBytes: files.reduce((bytes, file) => bytes + file.sizeBytes, 0),
  });
  for (const { account } of owners) {
    const usage = await database.files.getUsage(account.id);
    const folders = await database.folders.listByAccount(account.id, { limit: 1_000_000 });
    assert.equal(await database.accounts.countEntries(account.id), usage.fileCount + folders.length - 1);
    assert.deepEqual(usage, sum(await database.files.listByAccount(account.id, page)));
  }
  for (const id of folderIds) {
    const { levelsBelow, folderCount, ...usage } = await database.folders.getCounters(id);
    assert.equal(folderCount, (await database.folders.listChildren(id, { limit: 1_000_000 })).length);
    assert.deepEqual(usage, sum(await database.files.listByFolder(id, page)));
    assert.equal(levelsBelow, await countLevels(database, id));
  }
  assert.deepEqual((await database.counters.compareAccounts(undefined, 1000)).deviations, []);
  assert.deepEqual((await database.counters.compareFolders(undefined, 1000)).deviations, []);
}

async function countLevels(database: Database, id: number): Promise<number> {
  const children = await database.folders.listChildren(id, { limit: 1000 });
  const below = await Promise.all(children.map((child) => countLevels(database, child.id)));
  return below.length === 0 ? 0 : 1 + Math.max(...below);
}
