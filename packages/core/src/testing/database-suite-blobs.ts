import assert from "node:assert/strict";
import { test } from "node:test";
import { at, createBlob, sampleBlob, sampleFile } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function blobTests(open: OpenDatabase): void {
  test("finds a blob by key and by identity", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const blob = await createBlob(opened.database, { sizeBytes: 2 ** 45 + 1, createdAt: at(3) });
    const twin = await createBlob(opened.database, { whirlpool: blob.whirlpool, sizeBytes: 1 });
    assert.deepEqual(await blobs.findById(blob.id), blob);
    assert.deepEqual(await blobs.findByKey(blob.key), blob);
    assert.deepEqual(await blobs.findByIdentity(blob.whirlpool, blob.sizeBytes), blob);
    assert.deepEqual(await blobs.findByIdentity(blob.whirlpool, 1), twin);
    assert.equal(await blobs.findByIdentity(blob.whirlpool, 2), undefined);
    assert.equal(await blobs.findByKey("unknown"), undefined);
    assert.equal(await blobs.findById("unknown"), undefined);
  });

  test("refuses a second blob of one identity", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const blob = await createBlob(opened.database);
    await assert.rejects(blobs.create({ ...blob, id: "other", key: "other" }));
    assert.deepEqual(await blobs.listPage(undefined, 10), [blob]);
  });

  test("points an identity at other bytes and its files follow", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const [one, two] = [sampleFile(blob), sampleFile(blob)];
    for (const file of [one, two]) await files.create(file);
    await blobs.replaceKey(blob.id, "healed");
    assert.equal(await blobs.findByKey(blob.key), undefined);
    const healed = { ...blob, key: "healed" };
    assert.deepEqual(await blobs.findByIdentity(blob.whirlpool, blob.sizeBytes), healed);
    assert.deepEqual(await blobs.findByKey("healed"), healed);
    assert.deepEqual(await files.findById(one.id), { ...one, blobKey: "healed" });
    assert.deepEqual(await files.findById(two.id), { ...two, blobKey: "healed" });
    const later = sampleFile(healed);
    await files.create(later);
    assert.deepEqual(await files.findById(later.id), later);
    await blobs.replaceKey("unknown", "other");
    assert.equal(await blobs.findByKey("other"), undefined);
  });

  test("refuses bytes that belong to another content", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const [one, two] = [await createBlob(opened.database), await createBlob(opened.database)];
    await assert.rejects(blobs.replaceKey(one.id, two.key));
    assert.deepEqual(await blobs.findById(one.id), one);
  });

  test("marks bytes as damaged, for every file of theirs, until they are sound or replaced", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const file = sampleFile(blob);
    await files.create(file);
    assert.equal(await blobs.setDamaged(blob.id, "others", at(5)), false);
    assert.equal((await files.findById(file.id))?.isDamaged, false);
    assert.equal(await blobs.setDamaged(blob.id, blob.key, at(5)), true);
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, damagedAt: at(5) });
    assert.equal((await files.findById(file.id))?.isDamaged, true);
    await blobs.setDamaged(blob.id, blob.key, undefined);
    assert.deepEqual(await blobs.findById(blob.id), blob);
    await blobs.setDamaged(blob.id, blob.key, at(6));
    await blobs.replaceKey(blob.id, "new");
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, key: "new" });
    assert.equal((await files.findById(file.id))?.isDamaged, false);
  });

  test("removes one blob only while nothing refers to it", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const file = sampleFile(blob);
    await files.create(file);
    await blobs.replaceKey(blob.id, "newer");
    assert.equal(await blobs.removeIfUnreferenced(blob.id), undefined);
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, key: "newer" });
    await files.remove(file.id);
    assert.equal(await blobs.removeIfUnreferenced(blob.id), "newer");
    assert.equal(await blobs.removeIfUnreferenced(blob.id), undefined);
    assert.equal(await blobs.findById(blob.id), undefined);
  });

  test("walks all blobs in the order of their ids, page by page", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    assert.deepEqual(await blobs.listPage(undefined, 2), []);
    const byKey = ["a", "b", "c"].map((key) => sampleBlob({ id: key, key }));
    for (const blob of byKey.toReversed()) await blobs.create(blob);
    assert.deepEqual(await blobs.listPage(undefined, 2), byKey.slice(0, 2));
    assert.deepEqual(await blobs.listPage("b", 2), byKey.slice(2));
    assert.deepEqual(await blobs.listPage("c", 2), []);
  });

  test("names the files that refer to a blob", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const other = await createBlob(opened.database);
    for (const id of ["f2", "f1", "f3"]) await files.create(sampleFile(blob, undefined, { id }));
    assert.deepEqual(new Set(await blobs.listFileIds(blob.id, 10)), new Set(["f1", "f2", "f3"]));
    assert.equal((await blobs.listFileIds(blob.id, 2)).length, 2);
    assert.deepEqual(await blobs.listFileIds(other.id, 10), []);
  });

  test("keeps a list of discarded bytes, page by page, until they are gone", async () => {
    await using opened = await open();
    const { discardedBytes } = opened.database;
    assert.deepEqual(await discardedBytes.list(undefined, 10), []);
    await discardedBytes.add(["c", "a"], at(1));
    await discardedBytes.add(["b"], at(0));
    assert.deepEqual(await discardedBytes.list(undefined, 2), ["a", "b"]);
    assert.deepEqual(await discardedBytes.list("b", 2), ["c"]);
    await discardedBytes.remove(["a", "unknown", "c"]);
    assert.deepEqual(await discardedBytes.list(undefined, 10), ["b"]);
  });
}
