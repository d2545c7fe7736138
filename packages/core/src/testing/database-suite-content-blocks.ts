import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockId, ContentBlock } from "../blocks/content-block.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import { newBlobKey, newFileId, newRecordId } from "../random-ids.ts";
import {
  asListed,
  at,
  createBlob,
  createOwner,
  sampleBlob,
  sampleFile,
  type OpenDatabase,
} from "./database-suite-samples.ts";

const permitted = (id: string): BlockId => permitAdministrator("operator", id, { now: at(0) });

function blockOf(
  { whirlpool, sizeBytes }: Pick<ContentBlock, "whirlpool" | "sizeBytes">,
  changes: Partial<Omit<ContentBlock, "id">> = {},
) {
  const id = permitted(newRecordId());
  return { id, whirlpool, sizeBytes, fileId: newFileId(), reason: "é\n", blockedAt: at(0), ...changes };
}

export function contentBlockTests(open: OpenDatabase): void {
  test("blocks every file with some content until the block is removed", async () => {
    await using opened = await open();
    const { blobs, contentBlocks, files } = opened.database;
    const { place } = await createOwner(opened.database);
    const blob = await createBlob(opened.database, { sizeBytes: 2 ** 45 });
    const twin = await createBlob(opened.database, { whirlpool: blob.whirlpool, sizeBytes: 1 });
    const [one, two, other] = [sampleFile(blob, place), sampleFile(blob), sampleFile(twin, place)];
    await files.createMany([one, two, other]);
    const isBlocked = async () =>
      Promise.all([one, two, other].map(async ({ id }) => (await files.findById(id))?.isBlocked));
    assert.deepEqual(await isBlocked(), [false, false, false]);
    const block = blockOf(blob, { blockedAt: at(5) });
    assert.equal(await contentBlocks.add(block), true);
    assert.deepEqual(await isBlocked(), [true, true, false], "the size is part of the identity");
    const both = await files.findByIds([one.id, other.id]);
    assert.deepEqual(
      new Map(both.map((file) => [file.id, file.isBlocked])),
      new Map([
        [one.id, true],
        [other.id, false],
      ]),
    );
    const listed = await files.listByFolder(place.folderId, { limit: 10 });
    assert.deepEqual(
      listed.toSorted((a, b) => a.sizeBytes - b.sizeBytes),
      [asListed(other), { ...asListed(one), isBlocked: true }],
    );
    assert.deepEqual(await contentBlocks.findById(block.id), block);
    assert.deepEqual(await contentBlocks.findByIdentity(blob), block);
    assert.equal(await contentBlocks.findByIdentity(twin), undefined);
    await blobs.replaceKeys([{ id: blob.id, key: "newer bytes" }]);
    assert.deepEqual(await isBlocked(), [true, true, false], "new bytes do not change that");
    assert.equal(await contentBlocks.remove(block.id), true);
    assert.equal(await contentBlocks.remove(block.id), false);
    assert.deepEqual(await isBlocked(), [false, false, false]);
    assert.equal(await contentBlocks.findById(block.id), undefined);
  });

  test("blocks content once, and keeps the first block unchanged", async () => {
    await using opened = await open();
    const { contentBlocks } = opened.database;
    const blob = await createBlob(opened.database);
    const first = blockOf(blob);
    assert.equal(await contentBlocks.add(first), true);
    assert.equal(await contentBlocks.add(blockOf(blob, { reason: "again" })), false);
    assert.deepEqual(await contentBlocks.list(undefined, 10), [first]);
  });

  test("blocks content that nobody has yet, and content that returns", async () => {
    await using opened = await open();
    const { blobs, contentBlocks, files } = opened.database;
    const wanted = sampleBlob();
    await contentBlocks.add(blockOf(wanted));
    const created = [sampleBlob(), wanted];
    await blobs.createMany(created);
    const both = created.map((blob) => sampleFile(blob));
    await files.createMany(both);
    const states = await Promise.all(both.map(async ({ id }) => (await files.findById(id))?.isBlocked));
    assert.deepEqual(states, [false, true]);
  });

  test("lists blocks, newest first and page by page", async () => {
    await using opened = await open();
    const { contentBlocks } = opened.database;
    const blocks = [1, 3, 2, 3].map((second) =>
      blockOf({ whirlpool: newBlobKey().repeat(4), sizeBytes: second }, { blockedAt: at(second) }),
    );
    for (const block of blocks) await contentBlocks.add(block);
    const expected = blocks.toSorted((a, b) => b.blockedAt.getTime() - a.blockedAt.getTime() || (a.id < b.id ? 1 : -1));
    const first = await contentBlocks.list(undefined, 3);
    assert.deepEqual(first, expected.slice(0, 3));
    assert.deepEqual(await contentBlocks.list(first.at(-1), 3), expected.slice(3));
  });
}
