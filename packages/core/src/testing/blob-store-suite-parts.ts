import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  BlobNotFoundError,
  BlobStoreError,
  type BlobStore,
  partCountOf,
  type PartedBlob,
  partSpanOf,
  StagedBlobEndedError,
  type StoredPart,
  type StoredTail,
} from "../ports/blob-store.ts";
import type { WithStore } from "./blob-store-suite.ts";
import { keysOf, readAll } from "./stored-bytes.ts";

const HOUR_MS = 3_600_000;
const PART_BYTES = 300_000;

const bytesOf = (content: Buffer, blob: PartedBlob, number: number): Buffer => {
  const { start, end } = partSpanOf(blob, number);
  return content.subarray(start, end + 1);
};

async function putPart(store: BlobStore, blob: PartedBlob, number: number, content: Buffer): Promise<StoredPart> {
  const part = await store.openPart(blob, number);
  const bytes = bytesOf(content, blob, number);
  for (let at = 0; at < bytes.length; at += 70_000) await part.write(bytes.subarray(at, at + 70_000));
  return part.complete();
}

const begin = (store: BlobStore, sizeBytes: number) => store.beginParts({ sizeBytes, partBytes: PART_BYTES });

async function transfersOf(store: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.listParted()) keys.push(key);
  return keys.toSorted();
}

export function blobStorePartsTests(withStore: WithStore): void {
  test(
    "joins parts that arrive in any order or at once",
    withStore(async (store) => {
      for (const sizeBytes of [0, 1, PART_BYTES, 3 * PART_BYTES, 7 * PART_BYTES + 1]) {
        const content = randomBytes(sizeBytes);
        const blob = await begin(store, sizeBytes);
        const numbers = Array.from({ length: partCountOf(blob) }, (_, at) => at + 1).toReversed();
        const parts = await Promise.all(numbers.map((number) => putPart(store, blob, number, content)));
        const inOrder = parts.toSorted((one, other) => one.number - other.number);
        assert.deepEqual(await store.completeParts(blob, inOrder), { sizeBytes });
        assert.deepEqual(await readAll(await store.open(blob.key)), content);
      }
    }),
  );
  test(
    "hides a transfer until it is complete, and lists it until then",
    withStore(async (store) => {
      const content = randomBytes(2 * PART_BYTES);
      const blob = await begin(store, content.length);
      const parts = [await putPart(store, blob, 1, content), await putPart(store, blob, 2, content)];
      assert.equal(await store.stat(blob.key), undefined);
      await assert.rejects(store.open(blob.key), BlobNotFoundError);
      assert.deepEqual(await keysOf(store), []);
      for await (const { key, transfer, modifiedAt } of store.listParted()) {
        assert.deepEqual({ key, transfer }, { key: blob.key, transfer: blob.transfer });
        assert.ok(Math.abs(modifiedAt.getTime() - Date.now()) < HOUR_MS);
      }
      assert.deepEqual(await transfersOf(store), [blob.key]);
      await store.completeParts(blob, parts);
      assert.deepEqual(await transfersOf(store), []);
      assert.deepEqual(await keysOf(store), [blob.key]);
    }),
  );
  test(
    "completes a blob twice, or twice at once, without harm",
    withStore(async (store) => {
      const content = randomBytes(PART_BYTES + 5);
      const blob = await begin(store, content.length);
      const parts = [await putPart(store, blob, 1, content), await putPart(store, blob, 2, content)];
      const all = await Promise.all([1, 2, 3].map(() => store.completeParts(blob, parts)));
      assert.deepEqual(
        all,
        [1, 2, 3].map(() => ({ sizeBytes: content.length })),
      );
      await store.completeParts(blob, parts);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
      await assert.rejects(store.openPart(blob, 1), BlobNotFoundError);
      await store.abortParts(blob);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
    }),
  );
  test(
    "accepts a part again after its first attempt was abandoned",
    withStore(async (store) => {
      const content = randomBytes(2 * PART_BYTES);
      const blob = await begin(store, content.length);
      const second = await putPart(store, blob, 2, content);
      const given = await store.openPart(blob, 1);
      await given.write(randomBytes(200_000));
      await given.abort();
      await given.abort();
      await assert.rejects(async () => given.write(Buffer.from("more")), StagedBlobEndedError);
      await assert.rejects(given.complete(), StagedBlobEndedError);
      const first = await putPart(store, blob, 1, content);
      await store.completeParts(blob, [first, second]);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
    }),
  );
  test(
    "continues a part from what was kept, however often it pauses",
    withStore(async (store) => {
      const content = randomBytes(2 * PART_BYTES + 10);
      const blob = await begin(store, content.length);
      let tail: StoredTail | undefined;
      for (const end of [100_000, 100_000, 100_001, 299_999]) {
        const part = await store.openPart(blob, 2, tail);
        await part.write(bytesOf(content, blob, 2).subarray(tail?.sizeBytes ?? 0, end));
        tail = await part.pause();
        assert.equal(tail.sizeBytes, end);
        await assert.rejects(async () => part.write(Buffer.from("more")), StagedBlobEndedError);
        assert.deepEqual(
          await readAll(await store.openTail(blob, 2, tail)),
          bytesOf(content, blob, 2).subarray(0, end),
        );
      }
      assert.ok(tail);
      const given = await store.openPart(blob, 2, tail);
      await given.abort();
      const long = await store.openPart(blob, 2, tail);
      await assert.rejects(async () => {
        await long.write(randomBytes(2));
        await long.complete();
      }, BlobStoreError);
      const last = await store.openPart(blob, 2, tail);
      await last.write(bytesOf(content, blob, 2).subarray(tail.sizeBytes));
      const second = await last.complete();
      const parts = [await putPart(store, blob, 1, content), second, await putPart(store, blob, 3, content)];
      await store.completeParts(blob, parts);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
      await assert.rejects(store.openTail(blob, 2, tail), BlobNotFoundError);
    }),
  );
  test(
    "refuses a part shorter or longer than planned and leaves its neighbours alone",
    withStore(async (store) => {
      const content = randomBytes(3 * PART_BYTES);
      const blob = await begin(store, content.length);
      const [first, third] = [await putPart(store, blob, 1, content), await putPart(store, blob, 3, content)];
      const short = await store.openPart(blob, 2);
      await short.write(randomBytes(PART_BYTES - 1));
      await assert.rejects(short.complete(), BlobStoreError);
      const long = await store.openPart(blob, 2);
      await assert.rejects(async () => {
        await long.write(randomBytes(PART_BYTES));
        await long.write(randomBytes(1));
        await long.complete();
      }, BlobStoreError);
      for (const number of [0, 4, 1.5, -1, Number.NaN]) await assert.rejects(store.openPart(blob, number), RangeError);
      const second = await putPart(store, blob, 2, content);
      await store.completeParts(blob, [first, second, third]);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
    }),
  );
  test(
    "completes nothing with a missing part or parts out of order",
    withStore(async (store) => {
      const content = randomBytes(2 * PART_BYTES + 1);
      const blob = await begin(store, content.length);
      const parts: StoredPart[] = [];
      for (const number of [1, 2, 3]) parts.push(await putPart(store, blob, number, content));
      const [first, second, third] = parts;
      assert.ok(first && second && third);
      for (const wrong of [[], [first, second], [first, third], [second, first, third], [first, first, third]]) {
        await assert.rejects(store.completeParts(blob, wrong), BlobStoreError);
      }
      await store.completeParts(blob, parts);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
    }),
  );
  test(
    "forgets an aborted transfer, however often it is aborted",
    withStore(async (store) => {
      const content = randomBytes(PART_BYTES);
      const [blob, other] = [await begin(store, content.length), await begin(store, content.length)];
      const part = await putPart(store, blob, 1, content);
      await Promise.all([store.abortParts(blob), store.abortParts(blob)]);
      await store.abortParts(blob);
      await assert.rejects(store.openPart(blob, 1), BlobNotFoundError);
      await assert.rejects(store.completeParts(blob, [part]), BlobNotFoundError);
      assert.deepEqual(await transfersOf(store), [other.key]);
    }),
  );
  test(
    "continues a transfer started elsewhere, from what was kept",
    withStore(async (store) => {
      const content = randomBytes(2 * PART_BYTES);
      const begun = await begin(store, content.length);
      const kept = JSON.stringify({ blob: begun, parts: [await putPart(store, begun, 2, content)] });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above
      const { blob, parts } = JSON.parse(kept) as { blob: PartedBlob; parts: StoredPart[] };
      await store.completeParts(blob, [await putPart(store, blob, 1, content), ...parts]);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
    }),
  );
  test(
    "spares transfers when cleaning up staged blobs",
    withStore(async (store) => {
      const content = randomBytes(PART_BYTES);
      const blob = await begin(store, content.length);
      const part = await putPart(store, blob, 1, content);
      await store.sweepStaged(new Date(Date.now() + HOUR_MS), new Date(Date.now() + HOUR_MS));
      await store.completeParts(blob, [part]);
      assert.deepEqual(await readAll(await store.open(blob.key)), content);
    }),
  );
}
