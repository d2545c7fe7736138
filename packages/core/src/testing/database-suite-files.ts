import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilePosition } from "../files/file-repository.ts";
import type { StoredFile } from "../files/file.ts";
import {
  asListed,
  at,
  createBlob,
  createFile,
  createOwner,
  sampleFile,
  sampleFolder,
  may,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";
import { exactNames } from "./database-suite-names.ts";

export function fileTests(open: OpenDatabase): void {
  test("returns a file as created", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const full = await createFile(opened.database, place, {
      sizeBytes: 2 ** 45 + 7,
      contentType: "text/plain; charset=utf-8",
      domain: 10,
      description: " é\n😀 ",
      passwordHash: "$hash",
      accessList: { addresses: ["192.0.2.0/24"], countries: ["FR"], emails: ["a@example.org"], isPremiumOnly: true },
      isInline: true,
      isSslDisabled: true,
      isCdn: true,
    });
    const guest = await createFile(opened.database);
    assert.deepEqual(await files.findById(full.id), full);
    assert.deepEqual(await files.findById(guest.id), guest);
    assert.equal(await files.findById("unknown"), undefined);
    assert.equal(await files.findById(full.id.toUpperCase()), undefined);
  });

  test("keeps file names byte for byte and distinguishes them", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const blob = await createBlob(opened.database);
    for (const name of exactNames) {
      const file = sampleFile(blob, place, { name, description: name });
      await files.createMany([file]);
      assert.deepEqual(await files.findByName(place.folderId, name), file);
      assert.deepEqual(await files.findById(file.id), file);
    }
    const listed = await files.listByFolder(place.folderId, { limit: 1000 });
    assert.deepEqual(new Set(listed.map(({ name }) => name)), new Set(exactNames));
    assert.equal(await files.findByName(place.folderId, "plain.TXT"), undefined);
  });

  test("allows several files with one name and finds the newest", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const newest = await createFile(opened.database, place, { createdAt: at(9) });
    const older = await createFile(opened.database, place, { createdAt: at(1) });
    const oldest = await createFile(opened.database, place, { createdAt: at(0) });
    assert.deepEqual(await files.findByName(place.folderId, "photo.jpg"), newest);
    assert.deepEqual(await files.listByName(place.folderId, "photo.jpg", 2), [newest, older]);
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 10 }), [oldest, older, newest].map(asListed));
    const { whirlpool, sizeBytes } = oldest;
    assert.ok(whirlpool);
    const ofContent = (folderId: number, name: string, content: { whirlpool: string; sizeBytes: number | undefined }) =>
      files.findByContent(folderId, name, content);
    assert.deepEqual(await ofContent(place.folderId, "photo.jpg", { whirlpool, sizeBytes }), oldest);
    assert.deepEqual(await ofContent(place.folderId, "photo.jpg", { whirlpool, sizeBytes: undefined }), oldest);
    assert.equal(await ofContent(place.folderId, "photo.jpg", { whirlpool, sizeBytes: sizeBytes + 1 }), undefined);
    assert.equal(await ofContent(place.folderId, "other.jpg", { whirlpool, sizeBytes }), undefined);
    assert.equal(await ofContent(place.folderId + 1000, "photo.jpg", { whirlpool, sizeBytes }), undefined);
    assert.ok(await opened.database.blobs.setDamaged(oldest.blobId, oldest.blobKey, at(20)));
    assert.equal(await ofContent(place.folderId, "photo.jpg", { whirlpool, sizeBytes }), undefined);
    await files.removeMany([may(newest.id)]);
    assert.deepEqual(await files.findByName(place.folderId, "photo.jpg"), older);
    assert.equal(await files.findByName(place.folderId + 1000, "photo.jpg"), undefined);
  });

  test("lists the files of a folder and of an account, oldest first, then by id", async () => {
    await using opened = await open();
    const { files, folders } = opened.database;
    const { place, root } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const inner = await folders.create(sampleFolder(root));
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 10 }), []);
    assert.deepEqual(await files.listByAccount(place.accountId, { limit: 10 }), []);
    const c = await createFile(opened.database, place, { id: "c", createdAt: at(1) });
    const b = await createFile(opened.database, place, { id: "b", createdAt: at(1) });
    const a = await createFile(opened.database, place, { id: "a", createdAt: at(2) });
    const deep = await createFile(opened.database, { ...place, folderId: inner.id }, { createdAt: at(0) });
    await createFile(opened.database, stranger.place);
    await createFile(opened.database);
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 10 }), [b, c, a].map(asListed));
    assert.deepEqual(await files.listByAccount(place.accountId, { limit: 10 }), [deep, b, c, a].map(asListed));
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 2 }), [b, c].map(asListed));
    assert.deepEqual(await files.listByAccount(place.accountId, { limit: 1 }), [deep].map(asListed));
  });

  test("shows in lists whether a file has a password or an access list", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const plain = await createFile(opened.database, place, { createdAt: at(0), contentType: "a/b", domain: 3 });
    const shut = await createFile(opened.database, place, {
      createdAt: at(1),
      passwordHash: "$p",
      accessList: { countries: ["DE"] },
      isCdn: true,
    });
    const expected = [plain, shut].map(asListed);
    assert.deepEqual(
      expected.map(({ hasPassword, isRestricted }) => [hasPassword, isRestricted]),
      [
        [false, false],
        [true, true],
      ],
    );
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 10 }), expected);
    assert.deepEqual(await files.listByAccount(place.accountId, { limit: 10 }), expected);
  });

  test("filters by time, including the first bound and excluding the second", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const created = [];
    for (const second of [1, 2, 3]) created.push(await createFile(opened.database, place, { createdAt: at(second) }));
    const [first, second, third] = created;
    const inFolder = (createdAfter?: Date, createdBefore?: Date) =>
      files.listByFolder(place.folderId, { createdAfter, createdBefore, limit: 10 });
    assert.deepEqual(await inFolder(at(2)), [second, third].map(asListed));
    assert.deepEqual(await inFolder(undefined, at(2)), [first].map(asListed));
    assert.deepEqual(await inFolder(at(2), at(3)), [second].map(asListed));
    assert.deepEqual(await inFolder(at(4)), []);
    const filter = { createdAfter: at(1), createdBefore: at(3), limit: 10 };
    assert.deepEqual(await files.listByAccount(place.accountId, filter), [first, second].map(asListed));
  });

  test("lists page by page, in both directions, each file exactly once", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const { folderId, accountId } = place;
    const created: StoredFile[] = [];
    // Several with the same instant, so that ids decide.
    for (let index = 0; index < 20; index++)
      created.push(await createFile(opened.database, place, { createdAt: at(Math.floor(index / 4)) }));
    const sorted = created.toSorted((one, other) => comparePositions(one, other));
    for (const newestFirst of [false, true]) {
      const expected = (newestFirst ? sorted.toReversed() : sorted).map(({ id }) => id);
      const filter = { newestFirst, limit: 3 };
      const byFolder = (after?: FilePosition) => files.listByFolder(folderId, { ...filter, after });
      const byAccount = (after?: FilePosition) => files.listByAccount(accountId, { ...filter, after });
      assert.deepEqual(await walk(byFolder), expected);
      assert.deepEqual(await walk(byAccount), expected);
      assert.deepEqual(await walk((after) => files.listPositions({ folderId }, { ...filter, after })), expected);
      assert.deepEqual(await walk((after) => files.listPositions({ accountId }, { ...filter, after })), expected);
      const since = { ...filter, createdAfter: at(1), createdBefore: at(3) };
      const ofTime = await walk((after) => files.listByFolder(folderId, { ...since, after }));
      const within = sorted.slice(4, 12).map(({ id }) => id);
      assert.deepEqual(ofTime, newestFirst ? within.toReversed() : within);
    }
    const seen = await walk(async (after) => {
      const page = await files.listByFolder(folderId, { newestFirst: true, limit: 3, after });
      // The last of a page is removed, and a newer one added: neither moves the others.
      const last = page.at(-1);
      if (last !== undefined) await files.removeMany([may(last.id)]);
      await createFile(opened.database, place, { createdAt: at(1000) });
      return page;
    });
    assert.deepEqual(
      seen,
      sorted.toReversed().map(({ id }) => id),
    );
  });

  test("changes the named fields of a file and nothing else", async () => {
    await using opened = await open();
    const { files, folders } = opened.database;
    const { place, root } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const inner = await folders.create(sampleFolder(root));
    const file = await createFile(opened.database, place);
    await files.updateMany([{ id: may(file.id), changes: {} }]);
    assert.deepEqual(await files.findById(file.id), file);
    await files.updateMany([{ id: may(file.id), changes: { folderId: may(inner.id), name: "new\u0001" } }]);
    assert.deepEqual(await files.findById(file.id), { ...file, folderId: inner.id, name: "new\u0001" });
    const all = {
      accountId: stranger.place.accountId,
      folderId: may(stranger.place.folderId),
      name: "n",
      description: "d",
      passwordHash: "$p",
      accessList: { countries: ["DE"] },
      isInline: true,
      isSslDisabled: true,
      isCdn: true,
    };
    await files.updateMany([{ id: may(file.id), changes: all }]);
    assert.deepEqual(await files.findById(file.id), { ...file, ...all });
    const cleared = { passwordHash: undefined, accessList: undefined, isInline: false, description: "" };
    await files.updateMany([{ id: may(file.id), changes: cleared }]);
    assert.deepEqual(await files.findById(file.id), { ...file, ...all, ...cleared });
    await files.updateMany([{ id: may("unknown"), changes: { name: "x" } }]);
  });

  test("removes one file, and accepts an unknown one", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const gone = await createFile(opened.database, place);
    const kept = await createFile(opened.database, place);
    await files.removeMany([may(gone.id)]);
    await files.removeMany([may(gone.id)]);
    assert.equal(await files.findById(gone.id), undefined);
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 10 }), [kept].map(asListed));
  });

  test("sums what counts towards an account's quota", async () => {
    await using opened = await open();
    const { files, folders } = opened.database;
    const { place, root } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    assert.deepEqual(await files.getUsage(place.accountId), { fileCount: 0, sizeBytes: 0 });
    const inner = await folders.create(sampleFolder(root));
    const shared = await createBlob(opened.database, { sizeBytes: 2 ** 42 });
    await files.createMany([sampleFile(shared, place)]);
    await files.createMany([sampleFile(shared, { ...place, folderId: inner.id })]);
    await files.createMany([sampleFile(shared, stranger.place)]);
    await files.createMany([sampleFile(shared)]);
    await createFile(opened.database, place, { sizeBytes: 0 });
    assert.deepEqual(await files.getUsage(place.accountId), { fileCount: 3, sizeBytes: 2 * 2 ** 42 });
    assert.deepEqual(await files.getUsage("nobody"), { fileCount: 0, sizeBytes: 0 });
  });

  test("refuses a file without its blob, its folder, or half of its location", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const blob = await createBlob(opened.database);
    await assert.rejects(files.createMany([sampleFile({ ...blob, id: "absent" }, place)]));
    await assert.rejects(files.createMany([sampleFile(blob, { ...place, folderId: 987_654 })]));
    await assert.rejects(files.createMany([sampleFile(blob, place, { folderId: undefined })]));
    assert.deepEqual(await files.getUsage(place.accountId), { fileCount: 0, sizeBytes: 0 });
  });
}

function comparePositions(one: FilePosition, other: FilePosition): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1);
}

async function walk(read: (after?: FilePosition) => Promise<FilePosition[]>): Promise<string[]> {
  const ids: string[] = [];
  let after: FilePosition | undefined;
  for (;;) {
    const page = await read(after);
    if (page.length === 0) return ids;
    ids.push(...page.map(({ id }) => id));
    after = page.at(-1);
  }
}
