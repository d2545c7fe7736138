import assert from "node:assert/strict";
import { test } from "node:test";
import type { Blob } from "../files/file.ts";
import { at, createBlob, createOwner, sampleBlob, sampleFile, may } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function blobTests(open: OpenDatabase): void {
  test("finds, creates, replaces and removes many at once", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const { place } = await createOwner(opened.database);
    const created = Array.from({ length: 300 }, (_, index) => sampleBlob({ sizeBytes: index, damagedAt: at(index) }));
    await blobs.createMany(created);
    await blobs.createMany([]);
    const ids = created.map(({ id }) => id);
    const byId = (all: Blob[]) => all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    assert.deepEqual(byId(await blobs.findByIdentities([...created, ...created.slice(0, 2)])), byId(created));
    assert.deepEqual(byId(await blobs.findByKeys([...created.map(({ key }) => key), "unknown"])), byId(created));
    const wrongSizes = created.map(({ whirlpool, sizeBytes }) => ({ whirlpool, sizeBytes: sizeBytes + 1 }));
    assert.deepEqual(await blobs.findByIdentities(wrongSizes), []);
    const healed = created.map((blob) => ({ ...blob, key: `new ${blob.key}`, damagedAt: undefined }));
    await blobs.replaceKeys(healed.slice(1));
    assert.deepEqual(byId(await blobs.findByIdentities(created)), byId([...created.slice(0, 1), ...healed.slice(1)]));
    const used = healed.slice(100);
    await opened.database.files.createMany(used.map((blob) => sampleFile(blob, place)));
    assert.deepEqual((await blobs.listReferenced([...ids, "unknown"])).toSorted(), used.map(({ id }) => id).toSorted());
    const gone = [...created.slice(0, 1), ...healed.slice(1, 100)].map(({ key }) => key);
    assert.deepEqual((await blobs.removeUnreferenced([...ids, "unknown"])).toSorted(), gone.toSorted());
    assert.equal((await blobs.listPage(undefined, 1000)).length, 200);
    await assert.rejects(blobs.createMany([sampleBlob({ id: "fresh" }), sampleBlob({ id: used[0]?.id ?? "" })]));
    assert.equal(await blobs.findById("fresh"), undefined);
  });

  test("finds a blob by key and by identity", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const blob = await createBlob(opened.database, { sizeBytes: 2 ** 45 + 1, createdAt: at(3) });
    const twin = await createBlob(opened.database, { whirlpool: blob.whirlpool, sizeBytes: 1 });
    assert.deepEqual(await blobs.findById(blob.id), blob);
    assert.deepEqual(await blobs.findByKeys([blob.key]), [blob]);
    assert.deepEqual(await blobs.findByIdentities([blob]), [blob]);
    assert.deepEqual(await blobs.findByIdentities([{ ...blob, sizeBytes: 1 }]), [twin]);
    assert.deepEqual(await blobs.findByIdentities([{ ...blob, sizeBytes: 2 }]), []);
    assert.equal((await blobs.findByKeys(["unknown"])).length, 0);
    assert.equal(await blobs.findById("unknown"), undefined);
  });

  test("refuses a second blob with the same identity", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const blob = await createBlob(opened.database);
    await assert.rejects(blobs.createMany([{ ...blob, id: "other", key: "other" }]));
    assert.deepEqual(await blobs.listPage(undefined, 10), [blob]);
  });

  test("points an identity to other bytes, and its files follow", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const [one, two] = [sampleFile(blob), sampleFile(blob)];
    for (const file of [one, two]) await files.createMany([file]);
    await blobs.replaceKeys([{ id: blob.id, key: "healed" }]);
    assert.equal((await blobs.findByKeys([blob.key])).length, 0);
    const healed = { ...blob, key: "healed" };
    assert.deepEqual(await blobs.findByIdentities([blob]), [healed]);
    assert.deepEqual(await blobs.findByKeys(["healed"]), [healed]);
    assert.deepEqual(await files.findById(one.id), { ...one, blobKey: "healed" });
    assert.deepEqual(await files.findById(two.id), { ...two, blobKey: "healed" });
    const later = sampleFile(healed);
    await files.createMany([later]);
    assert.deepEqual(await files.findById(later.id), later);
    await blobs.replaceKeys([{ id: "unknown", key: "other" }]);
    assert.equal((await blobs.findByKeys(["other"])).length, 0);
  });

  test("refuses bytes that belong to other content", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const [one, two] = [await createBlob(opened.database), await createBlob(opened.database)];
    await assert.rejects(blobs.replaceKeys([{ id: one.id, key: two.key }]));
    assert.deepEqual(await blobs.findById(one.id), one);
  });

  test("marks bytes as damaged for all their files, until they are repaired or replaced", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const file = sampleFile(blob);
    await files.createMany([file]);
    assert.equal(await blobs.setDamaged(blob.id, "others", at(5)), false);
    assert.equal((await files.findById(file.id))?.isDamaged, false);
    assert.equal(await blobs.countDamaged(9), 0);
    assert.equal(await blobs.setDamaged(blob.id, blob.key, at(5)), true);
    await createBlob(opened.database, { damagedAt: at(4) });
    await createBlob(opened.database);
    assert.deepEqual([await blobs.countDamaged(9), await blobs.countDamaged(1)], [2, 1]);
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, damagedAt: at(5) });
    assert.equal((await files.findById(file.id))?.isDamaged, true);
    await blobs.setDamaged(blob.id, blob.key, undefined);
    assert.deepEqual(await blobs.findById(blob.id), blob);
    await blobs.setDamaged(blob.id, blob.key, at(6));
    await blobs.replaceKeys([{ id: blob.id, key: "new" }]);
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, key: "new" });
    assert.equal((await files.findById(file.id))?.isDamaged, false);
  });

  test("removes a blob only while nothing refers to it", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const file = sampleFile(blob);
    await files.createMany([file]);
    await blobs.replaceKeys([{ id: blob.id, key: "newer" }]);
    assert.deepEqual(await blobs.removeUnreferenced([blob.id]), []);
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, key: "newer" });
    await files.removeMany([may(file.id)]);
    assert.deepEqual(await blobs.removeUnreferenced([blob.id]), ["newer"]);
    assert.deepEqual(await blobs.removeUnreferenced([blob.id]), []);
    assert.equal(await blobs.findById(blob.id), undefined);
  });

  test("lists all blobs by id, page by page", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    assert.deepEqual(await blobs.listPage(undefined, 2), []);
    const byKey = ["a", "b", "c"].map((key) => sampleBlob({ id: key, key }));
    for (const blob of byKey.toReversed()) await blobs.createMany([blob]);
    assert.deepEqual(await blobs.listPage(undefined, 2), byKey.slice(0, 2));
    assert.deepEqual(await blobs.listPage("b", 2), byKey.slice(2));
    assert.deepEqual(await blobs.listPage("c", 2), []);
  });

  test("names the files that refer to a blob", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const other = await createBlob(opened.database);
    for (const id of ["f2", "f1", "f3"]) await files.createMany([sampleFile(blob, undefined, { id })]);
    assert.deepEqual(new Set(await blobs.listFileIds(blob.id, 10)), new Set(["f1", "f2", "f3"]));
    assert.equal((await blobs.listFileIds(blob.id, 2)).length, 2);
    assert.deepEqual(await blobs.listFileIds(other.id, 10), []);
  });

  test("lists discarded bytes page by page until they are gone", async () => {
    await using opened = await open();
    const { discardedBytes } = opened.database;
    assert.deepEqual(await discardedBytes.list(undefined, 10), []);
    await discardedBytes.add(["c", "a"], at(1));
    await discardedBytes.add(["b", "a"], at(0));
    assert.deepEqual(await discardedBytes.list(undefined, 2), ["a", "b"]);
    assert.deepEqual(await discardedBytes.list("b", 2), ["c"]);
    await discardedBytes.remove(["a", "unknown", "c"]);
    assert.deepEqual(await discardedBytes.list(undefined, 10), ["b"]);
  });

  test("records which store contains the bytes", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    assert.equal(await blobs.findStoreId(), undefined);
    for (const id of ["one", "another"]) {
      await blobs.setStoreId(id);
      assert.equal(await blobs.findStoreId(), id);
    }
  });
}
