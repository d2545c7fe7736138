import assert from "node:assert/strict";
import { test } from "node:test";
import { at, createBlob, createOwner, sampleBlob, sampleFile } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function blobTests(open: OpenDatabase): void {
  test("finds a blob by key and by identity", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const blob = await createBlob(opened.database, { sizeBytes: 2 ** 45 + 1, createdAt: at(3) });
    const twin = await createBlob(opened.database, { whirlpool: blob.whirlpool, sizeBytes: 1 });
    assert.deepEqual(await blobs.findByKey(blob.key), blob);
    assert.deepEqual(await blobs.findByIdentity(blob.whirlpool, blob.sizeBytes), blob);
    assert.deepEqual(await blobs.findByIdentity(blob.whirlpool, 1), twin);
    assert.equal(await blobs.findByIdentity(blob.whirlpool, 2), undefined);
    assert.equal(await blobs.findByKey("unknown"), undefined);
  });

  test("refuses a second blob of one identity", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    const blob = await createBlob(opened.database);
    await assert.rejects(blobs.create({ ...blob, key: "other" }));
    assert.deepEqual(await blobs.listPage(undefined, 10), [blob]);
  });

  test("points an identity at other bytes and its files follow", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const [one, two] = [sampleFile(blob), sampleFile(blob)];
    for (const file of [one, two]) await files.create(file);
    await blobs.replaceKey(blob.key, "healed");
    assert.equal(await blobs.findByKey(blob.key), undefined);
    assert.deepEqual(await blobs.findByIdentity(blob.whirlpool, blob.sizeBytes), { ...blob, key: "healed" });
    assert.deepEqual(await files.findById(one.id), { ...one, blobKey: "healed" });
    assert.deepEqual(await files.findById(two.id), { ...two, blobKey: "healed" });
    await blobs.replaceKey("unknown", "other");
    assert.equal(await blobs.findByKey("other"), undefined);
  });

  test("removes old blobs that no file refers to, and no others", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const { place } = await createOwner(opened.database);
    const used = await createBlob(opened.database, { createdAt: at(0) });
    const usedByGuest = await createBlob(opened.database, { createdAt: at(0) });
    await files.create(sampleFile(used, place));
    await files.create(sampleFile(usedByGuest));
    const unused = [];
    for (const second of [1, 2, 3]) unused.push(await createBlob(opened.database, { createdAt: at(second) }));
    const young = await createBlob(opened.database, { createdAt: at(4) });
    const [first, second, third] = unused.map(({ key }) => key);
    assert.deepEqual(new Set(await blobs.removeUnreferenced(at(4), 2)), new Set([first, second]));
    assert.deepEqual(await blobs.removeUnreferenced(at(4), 2), [third]);
    assert.deepEqual(await blobs.removeUnreferenced(at(4), 2), []);
    const left = await blobs.listPage(undefined, 10);
    assert.deepEqual(new Set(left.map(({ key }) => key)), new Set([used.key, usedByGuest.key, young.key]));
  });

  test("removes one blob only while nothing refers to it", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const blob = await createBlob(opened.database);
    const file = sampleFile(blob);
    await files.create(file);
    assert.equal(await blobs.removeIfUnreferenced(blob.key), false);
    assert.deepEqual(await blobs.findByKey(blob.key), blob);
    await files.remove(file.id);
    assert.equal(await blobs.removeIfUnreferenced(blob.key), true);
    assert.equal(await blobs.removeIfUnreferenced(blob.key), false);
    assert.equal(await blobs.findByKey(blob.key), undefined);
  });

  test("walks all blobs in key order, page by page", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    assert.deepEqual(await blobs.listPage(undefined, 2), []);
    const byKey = ["a", "b", "c"].map((key) => sampleBlob({ key }));
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
    assert.deepEqual(new Set(await blobs.listFileIds(blob.key, 10)), new Set(["f1", "f2", "f3"]));
    assert.equal((await blobs.listFileIds(blob.key, 2)).length, 2);
    assert.deepEqual(await blobs.listFileIds(other.key, 10), []);
  });
}
