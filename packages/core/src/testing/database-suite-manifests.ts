import assert from "node:assert/strict";
import { test } from "node:test";
import type { Blob } from "../files/file.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import type { Repositories } from "../ports/database.ts";
import { newFileId, newRecordId } from "../random-ids.ts";
import {
  at,
  createBlob,
  createOwner,
  may,
  sampleBlob,
  sampleFile,
  sampleTrashEntry,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

/** A content that just arrived in parts. */
async function createUnknown(rows: Repositories, sizeBytes = 1234): Promise<Blob> {
  const blob = { ...sampleBlob({ sizeBytes }), whirlpool: undefined };
  await rows.blobs.createMany([blob]);
  return blob;
}

const block = (whirlpool: string, sizeBytes: number) => ({
  id: permitAdministrator("operator", newRecordId(), { now: at(0) }),
  whirlpool,
  sizeBytes,
  fileId: newFileId(),
  reason: "",
  blockedAt: at(3),
});

export function manifestTests(open: OpenDatabase): void {
  test("content without a checksum equals nothing until it has one", async () => {
    await using opened = await open();
    const { blobs, files } = opened.database;
    const [one, two] = [await createUnknown(opened.database), await createUnknown(opened.database)];
    const { place } = await createOwner(opened.database);
    const file = sampleFile(one, place);
    await files.createMany([file]);
    assert.deepEqual(await blobs.findById(one.id), one);
    assert.deepEqual(await files.findById(file.id), file);
    assert.equal((await files.listByFolder(place.folderId, { limit: 9 }))[0]?.whirlpool, undefined);
    assert.deepEqual(await blobs.findByIdentities([one, two]), []);
    const whirlpool = "0f".repeat(64);
    assert.equal(await blobs.setWhirlpool(one.id, whirlpool), true);
    assert.equal(await blobs.setWhirlpool(one.id, "1e".repeat(64)), false, "it already has one");
    assert.equal(await blobs.setWhirlpool("unknown", whirlpool), false);
    assert.deepEqual(await blobs.findByIdentities([{ whirlpool, sizeBytes: one.sizeBytes }]), [{ ...one, whirlpool }]);
    assert.equal((await files.findById(file.id))?.whirlpool, whirlpool);
    await assert.rejects(blobs.setWhirlpool(two.id, whirlpool), "there is an equal one");
  });

  test("while a checksum is unknown, content of the same size as something blocked is blocked", async () => {
    await using opened = await open();
    const { contentBlocks, files } = opened.database;
    const { place } = await createOwner(opened.database);
    const isBlocked = async (blob: Blob) => {
      const file = sampleFile(blob, place);
      await files.createMany([file]);
      return (await files.findById(file.id))?.isBlocked;
    };
    const [before, known] = [
      await createUnknown(opened.database, 7),
      await createBlob(opened.database, { sizeBytes: 7 }),
    ];
    const [blocked, harmless] = ["0f".repeat(64), "1e".repeat(64)];
    await contentBlocks.add(block(blocked, 7));
    const [after, other] = [await createUnknown(opened.database, 7), await createUnknown(opened.database, 8)];
    assert.deepEqual(await Promise.all([before, known, after, other].map(isBlocked)), [true, false, true, false]);
    await opened.database.blobs.setWhirlpool(before.id, harmless);
    await opened.database.blobs.setWhirlpool(after.id, blocked);
    assert.deepEqual(await Promise.all([before, after].map(isBlocked)), [false, true]);
  });

  test("files, trashed files and versions move to equal content, a few at a time", async () => {
    await using opened = await open();
    const { blobs, files, trash, versions } = opened.database;
    const { place } = await createOwner(opened.database);
    const [from, to, third] = [
      await createUnknown(opened.database),
      await createBlob(opened.database),
      await createBlob(opened.database),
    ];
    const [kept, removed, replaced] = [0, 1, 2].map(() => sampleFile(from, place));
    assert.ok(kept && removed && replaced);
    await files.createMany([kept, removed, replaced]);
    const [entryId = 0] = await trash.createMany([sampleTrashEntry(place)]);
    await trash.takeFiles([{ entryId, fileId: may(removed.id) }]);
    const times = { replacedAt: at(1), endsAt: at(100), replacedByKeyId: undefined };
    await versions.keepCurrent([{ fileId: may(replaced.id), ...times }]);
    await files.replaceContents([
      { id: may(replaced.id), blobId: third.id, contentType: "text/plain", createdAt: at(1) },
    ]);
    assert.equal(await blobs.moveReferences(from.id, to.id, 2), 2);
    assert.deepEqual(await blobs.removeUnreferenced([from.id]), []);
    assert.equal(await blobs.moveReferences(from.id, to.id, 2), 1);
    assert.deepEqual(await blobs.removeUnreferenced([from.id]), [from.key]);
    assert.deepEqual((await blobs.listFileIds(to.id, 9)).toSorted(), [kept.id, removed.id, replaced.id].toSorted());
    assert.equal((await files.findById(kept.id))?.blobKey, to.key);
    assert.equal((await versions.listByFile(replaced.id, 9))[0]?.whirlpool, to.whirlpool);
    assert.equal((await trash.findFiles([removed.id]))[0]?.whirlpool, to.whirlpool);
  });

  test("merged content is remembered for a while", async () => {
    await using opened = await open();
    const { blobs } = opened.database;
    await blobs.noteMerged("old", "equal", at(1));
    await blobs.noteMerged("older", "equal", at(0));
    assert.deepEqual(
      await Promise.all([blobs.isMerged("old", "equal"), blobs.isMerged("old", "other"), blobs.isMerged("x", "equal")]),
      [true, false, false],
    );
    assert.equal(await blobs.forgetMergedBefore(at(1)), 1);
    assert.deepEqual(await Promise.all([blobs.isMerged("old", "equal"), blobs.isMerged("older", "equal")]), [
      true,
      false,
    ]);
  });

  test("a manifest is stored page by page, stays with new bytes of its content and is removed with it", async () => {
    await using opened = await open();
    const { blobs, manifests } = opened.database;
    const [blob, other] = [await createBlob(opened.database), await createBlob(opened.database)];
    const [first, second] = [new Uint8Array(64).fill(255), new Uint8Array(32).fill(3)];
    await manifests.set(blob.id, 0, new Uint8Array(32));
    await manifests.set(blob.id, 0, first);
    await manifests.set(blob.id, 1, second);
    await manifests.set(other.id, 0, second);
    assert.equal((await blobs.findById(blob.id))?.hasLeaves, false);
    await manifests.setComplete(blob.id, true);
    await blobs.replaceKeys([{ id: blob.id, key: "new" }]);
    assert.deepEqual(await blobs.findById(blob.id), { ...blob, key: "new", hasLeaves: true });
    const read = async (id: string, page: number) => {
      const found = await manifests.find(id, page);
      return found === undefined ? undefined : new Uint8Array(found);
    };
    assert.deepEqual(await Promise.all([0, 1, 2].map((page) => read(blob.id, page))), [first, second, undefined]);
    await blobs.removeUnreferenced([blob.id]);
    assert.deepEqual(await Promise.all([read(blob.id, 0), read(blob.id, 1)]), [undefined, undefined]);
    assert.deepEqual(await read(other.id, 0), second);
  });
}
