import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { describe, test } from "node:test";
import { BlobNotFoundError, StagedBlobEndedError } from "../ports/blob-store.ts";
import type { BlobStore, ByteSpan } from "../ports/blob-store.ts";
import { newBlobKey } from "../random-ids.ts";
import { blobStorePartsTests } from "./blob-store-suite-parts.ts";
import { keysOf, listAll, putInPieces, readAll } from "./stored-bytes.ts";

/** An empty store for one test; `close` also removes what it stored. */
export interface OpenedBlobStore {
  store: BlobStore;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Registers the tests that every {@link BlobStore} passes. */
export function blobStoreSuite(name: string, open: () => Promise<OpenedBlobStore>): void {
  const withStore = (run: (store: BlobStore) => Promise<void>) => async (): Promise<void> => {
    const { store, close } = await open();
    try {
      await run(store);
    } finally {
      await close();
    }
  };
  describe(`${name} as a blob store`, () => {
    describe("staging", () => stagingTests(withStore));
    describe("reading", () => readingTests(withStore));
    describe("keeping", () => keepingTests(withStore));
    describe("accepting parts", () => blobStorePartsTests(withStore));
  });
}

export type WithStore = (run: (store: BlobStore) => Promise<void>) => () => Promise<void>;

function stagingTests(withStore: WithStore): void {
  test(
    "hides a blob until it is complete",
    withStore(async (store) => {
      const staged = await store.stage();
      await staged.write(randomBytes(300_000));
      assert.equal(await store.stat(staged.key), undefined);
      await assert.rejects(store.open(staged.key), BlobNotFoundError);
      assert.deepEqual(await keysOf(store), []);
      assert.deepEqual(await staged.complete(), { sizeBytes: 300_000 });
      assert.deepEqual(await store.stat(staged.key), { sizeBytes: 300_000 });
    }),
  );
  test(
    "stores the bytes however they are split",
    withStore(async (store) => {
      for (let round = 0; round < 1000; round++) {
        const content = randomBytes(randomInt(0, round % 100 === 0 ? 900_000 : 3000));
        assert.deepEqual(await readAll(await store.open(await putInPieces(store, content))), content);
      }
    }),
  );
  test(
    "does not depend on a chunk's memory after the write",
    withStore(async (store) => {
      const content = randomBytes(1_000_000);
      const staged = await store.stage();
      const shared = Buffer.alloc(40_000);
      for (let at = 0; at < content.length; at += shared.length) {
        content.copy(shared, 0, at);
        await staged.write(shared.subarray(0, Math.min(shared.length, content.length - at)));
        shared.fill(0xee);
      }
      await staged.complete();
      assert.deepEqual(await readAll(await store.open(staged.key)), content);
    }),
  );
  test(
    "forgets an aborted blob, however often it is aborted",
    withStore(async (store) => {
      const staged = await store.stage();
      await staged.write(randomBytes(700_000));
      await Promise.all([staged.abort(), staged.abort()]);
      await staged.abort();
      await assert.rejects(staged.write(Buffer.from("more")), StagedBlobEndedError);
      await assert.rejects(staged.complete(), StagedBlobEndedError);
      assert.equal(await store.stat(staged.key), undefined);
      assert.deepEqual(await keysOf(store), []);
    }),
  );
  test(
    "ignores an abort after completion and accepts nothing more",
    withStore(async (store) => {
      const staged = await store.stage();
      await staged.write(Buffer.from("kept"));
      await staged.complete();
      await staged.abort();
      await assert.rejects(staged.write(Buffer.from("more")), StagedBlobEndedError);
      await assert.rejects(staged.complete(), StagedBlobEndedError);
      assert.equal((await readAll(await store.open(staged.key))).toString(), "kept");
    }),
  );
  test(
    "keeps blobs that arrive at once separate",
    withStore(async (store) => {
      const contents = Array.from({ length: 20 }, () => randomBytes(randomInt(1, 600_000)));
      const keys = await Promise.all(contents.map((content) => putInPieces(store, content)));
      assert.equal(new Set(keys).size, keys.length);
      for (const [index, key] of keys.entries()) {
        assert.deepEqual(await readAll(await store.open(key)), contents[index]);
      }
    }),
  );
  test(
    "spares a blob being written when cleaning up",
    withStore(async (store) => {
      const staged = await store.stage();
      await staged.write(Buffer.from("first "));
      await store.sweepStaged(new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS));
      await staged.write(Buffer.from("second"));
      await staged.complete();
      assert.equal((await readAll(await store.open(staged.key))).toString(), "first second");
    }),
  );
}

function readingTests(withStore: WithStore): void {
  test(
    "reads a range at every boundary",
    withStore(async (store) => {
      const content = randomBytes(11);
      const key = await putInPieces(store, content);
      for (let start = 0; start < content.length; start++) {
        for (let end = start; end < content.length; end++) {
          const reader = await store.open(key, { start, end });
          assert.equal(reader.sizeBytes, content.length);
          assert.deepEqual(await readAll(reader, 4), content.subarray(start, end + 1));
        }
      }
    }),
  );
  test(
    "ends a range that reaches past the end at the end",
    withStore(async (store) => {
      const key = await putInPieces(store, Buffer.from("0123456789"));
      assert.equal((await readAll(await store.open(key, { start: 7, end: 99 }))).toString(), "789");
    }),
  );
  test(
    "refuses an empty range",
    withStore(async (store) => {
      const key = await putInPieces(store, Buffer.from("0123456789"));
      const empty = await putInPieces(store, Buffer.alloc(0));
      const spans: ByteSpan[] = [
        { start: 10, end: 10 },
        { start: 10, end: 20 },
        { start: 5, end: 4 },
        { start: -1, end: 4 },
        { start: 0.5, end: 4 },
        { start: 0, end: Number.NaN },
      ];
      for (const span of spans) await assert.rejects(store.open(key, span), RangeError, JSON.stringify(span));
      await assert.rejects(store.open(empty, { start: 0, end: 0 }), RangeError);
    }),
  );
  test(
    "reads an empty blob",
    withStore(async (store) => {
      const key = await putInPieces(store, Buffer.alloc(0));
      assert.deepEqual(await store.stat(key), { sizeBytes: 0 });
      const reader = await store.open(key);
      assert.equal(reader.sizeBytes, 0);
      assert.equal(await reader.read(Buffer.alloc(10)), 0);
      await reader.close();
    }),
  );
  test(
    "keeps answering 0 at the end",
    withStore(async (store) => {
      const reader = await store.open(await putInPieces(store, randomBytes(5)));
      assert.equal(await reader.read(Buffer.alloc(10)), 5);
      assert.equal(await reader.read(Buffer.alloc(10)), 0);
      assert.equal(await reader.read(Buffer.alloc(10)), 0);
      await reader.close();
    }),
  );
  test(
    "closes a reader early, twice, and then reads no more",
    withStore(async (store) => {
      const reader = await store.open(await putInPieces(store, randomBytes(500_000)));
      await reader.read(Buffer.alloc(1000));
      await reader.close();
      await reader.close();
      await assert.rejects(reader.read(Buffer.alloc(1000)), Error);
    }),
  );
  test(
    "serves many readers of one blob",
    withStore(async (store) => {
      const content = randomBytes(400_000);
      const key = await putInPieces(store, content);
      const readers = await Promise.all(Array.from({ length: 8 }, () => store.open(key)));
      for (const bytes of await Promise.all(readers.map((reader) => readAll(reader, 7777)))) {
        assert.deepEqual(bytes, content);
      }
    }),
  );
}

function keepingTests(withStore: WithStore): void {
  test(
    "removes a blob, and accepts a missing one",
    withStore(async (store) => {
      const kept = await putInPieces(store, Buffer.from("kept"));
      const removed = await putInPieces(store, Buffer.from("removed"));
      await store.remove(removed);
      await store.remove(removed);
      await store.remove(newBlobKey());
      assert.equal(await store.stat(removed), undefined);
      await assert.rejects(store.open(removed), { name: "BlobNotFoundError", key: removed });
      assert.deepEqual(await keysOf(store), [kept]);
    }),
  );
  test(
    "lists every complete blob once, with its size and age",
    withStore(async (store) => {
      const sizes = new Map<string, number>();
      for (let size = 0; size < 40; size++) sizes.set(await putInPieces(store, randomBytes(size)), size);
      const unfinished = await store.stage();
      await unfinished.write(Buffer.from("unfinished"));
      const listed = await listAll(store);
      await unfinished.abort();
      assert.equal(listed.length, sizes.size);
      for (const blob of listed) {
        assert.equal(blob.sizeBytes, sizes.get(blob.key));
        assert.ok(Math.abs(blob.modifiedAt.getTime() - Date.now()) < HOUR_MS);
      }
    }),
  );
  test(
    "stops listing when the caller stops",
    withStore(async (store) => {
      for (let count = 0; count < 5; count++) await putInPieces(store, randomBytes(1));
      for await (const blob of store.list()) {
        assert.equal(blob.sizeBytes, 1);
        break;
      }
    }),
  );
  test(
    "returns keys unrelated to the content, and finds nothing under other names",
    withStore(async (store) => {
      const content = Buffer.from("the same twice");
      const keys = [await putInPieces(store, content), await putInPieces(store, content)];
      assert.notEqual(keys[0], keys[1]);
      for (const key of keys) {
        assert.match(key, /^[a-z0-9]{16,64}$/);
        for (const other of [`../${key}`, `./${key}`, `${key}/`, key.toUpperCase(), `${key}\0`, "", ".", ".."]) {
          await assert.rejects(store.open(other), Error);
        }
      }
    }),
  );
  test(
    "reports the free space, or that there is no limit",
    withStore(async (store) => {
      const room = await store.room();
      if (room === undefined) return;
      assert.ok(Number.isSafeInteger(room.freeBytes) && room.freeBytes <= room.totalBytes, JSON.stringify(room));
      const { freeFiles, totalFiles } = room;
      assert.equal(freeFiles === undefined, totalFiles === undefined);
      assert.ok((freeFiles ?? 0) <= (totalFiles ?? 0), JSON.stringify(room));
    }),
  );
  test(
    "keeps the first name it is given, which is not a blob",
    withStore(async (store) => {
      assert.equal(await store.findId(), undefined);
      assert.equal(await store.claimId("aaaaaaaaaaaaaaaa"), "aaaaaaaaaaaaaaaa");
      assert.equal(await store.claimId("bbbbbbbbbbbbbbbb"), "aaaaaaaaaaaaaaaa");
      assert.equal(await store.findId(), "aaaaaaaaaaaaaaaa");
      assert.deepEqual(await keysOf(store), []);
    }),
  );
  test(
    "reports that it can be written",
    withStore(async (store) => {
      await Promise.all([store.checkWritable(), store.checkWritable()]);
      assert.deepEqual(await keysOf(store), []);
    }),
  );
}
