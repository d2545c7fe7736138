import assert from "node:assert/strict";
import { test } from "node:test";
import { createBlob, createOwner, may, sampleFile, sampleFolder } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function fileBatchTests(open: OpenDatabase): void {
  test("finds, creates, changes and removes many at once, and counts them all", async () => {
    await using opened = await open();
    const { files, folders } = opened.database;
    const { place, root } = await createOwner(opened.database);
    const other = await createOwner(opened.database);
    const inner = await folders.create(sampleFolder(root));
    const blob = await createBlob(opened.database, { sizeBytes: 3 });
    const places = [place, { ...place, folderId: inner.id }, other.place, undefined];
    const created = Array.from({ length: 600 }, (_, index) => sampleFile(blob, places[index % places.length]));
    await files.createMany(created);
    const ids = created.map(({ id }) => may(id));
    const found = await files.findByIds([...ids, ids[0] ?? "", "unknown"]);
    assert.deepEqual(found.toSorted(byId), created.toSorted(byId));
    assert.deepEqual(await files.findByIds([]), []);
    const counted = async () => [
      await files.getUsage(place.accountId),
      await files.getUsage(other.place.accountId),
      await files.getUsage("nobody"),
    ];
    const usage = (fileCount: number) => ({ fileCount, sizeBytes: 3 * fileCount });
    assert.deepEqual(await counted(), [usage(300), usage(150), usage(0)]);
    const changed = created.map((file, index) => ({
      ...file,
      ...(index % 3 === 0 ? { name: `é ${index}` } : {}),
      ...(index % 3 === 1 ? { ...place, folderId: may(place.folderId), passwordHash: `$${index}`, isCdn: true } : {}),
      ...(index % 3 === 2 ? { accessList: index % 2 === 0 ? undefined : { countries: ["FR"] } } : {}),
    }));
    await files.updateMany(
      changed.map(({ id, name, accountId, folderId, passwordHash, isCdn, accessList }, index) => ({
        id: may(id),
        changes:
          index % 3 === 0 ? { name } : index % 3 === 1 ? { accountId, folderId, passwordHash, isCdn } : { accessList },
      })),
    );
    assert.deepEqual((await files.findByIds(ids)).toSorted(byId), changed.toSorted(byId));
    assert.deepEqual(await counted(), [usage(400), usage(100), usage(0)]);
    assert.equal((await folders.getCounters(root.id)).fileCount, 300);
    assert.equal((await folders.getCounters(inner.id)).fileCount, 100);
    await files.updateMany([]);
    await files.removeMany([...ids.slice(2), may("unknown")]);
    assert.deepEqual((await files.findByIds(ids)).toSorted(byId), changed.slice(0, 2).toSorted(byId));
    await files.removeMany(ids);
    assert.deepEqual(await counted(), [usage(0), usage(0), usage(0)]);
    assert.equal((await folders.getCounters(root.id)).fileCount, 0);
    assert.equal((await folders.getCounters(inner.id)).fileCount, 0);
  });

  test("creates and changes all or none of many", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    const blob = await createBlob(opened.database);
    const created = Array.from({ length: 300 }, () => sampleFile(blob, place));
    const [first = assert.fail()] = created;
    await assert.rejects(files.createMany([...created, { ...first }]));
    assert.deepEqual(await files.listByFolder(place.folderId, { limit: 10 }), []);
    await files.createMany(created);
    const updates = created.map(({ id }) => ({
      id: may(id),
      changes: { folderId: may(place.folderId), name: "moved" },
    }));
    const last = { ...(updates.pop() ?? assert.fail()), changes: { folderId: may(987_654), name: "moved" } };
    await assert.rejects(files.updateMany([...updates, last]));
    assert.equal((await files.findById(first.id))?.name, first.name);
    assert.equal((await files.getUsage(place.accountId)).fileCount, 300);
  });
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
