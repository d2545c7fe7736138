import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test, type TestContext } from "node:test";
import { type BlobStore, type ListedBlob, newBlobKey } from "@consigne/core";
import { nodeFileSystem, openDiskBlobStore } from "../src/index.ts";
import { Pack } from "../src/pack/pack.ts";
import { failingFileSystem } from "./_failing-file-system.ts";
import { contentOf, filesIn, openIn, openPathsIn, store, temporaryFolder } from "./_blob-folder.ts";

const KIB = 1024;
const PAGE_BYTES = 4 * KIB;
const PACKED_BYTES = 64 * KIB;

const packIn = (folder: string) => join(folder, "packs", "small.sqlite");
const openPacked = (t: TestContext, folder: string) => openIn(t, folder, undefined, PACKED_BYTES);

describe("small blobs", () => {
  test("up to 64 KiB share one private file", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openDiskBlobStore(folder);
    t.after(() => blobs.close());
    const contents = [0, 1, PACKED_BYTES, PACKED_BYTES + 1].map((size) => randomBytes(size));
    const keys = await Promise.all(contents.map((content) => store(blobs, content)));
    const files = await filesIn(join(folder, "blobs"));
    assert.deepEqual(files, [join((keys[3] ?? "").slice(0, 2), keys[3] ?? "")]);
    for (const name of await readdir(join(folder, "packs"))) {
      assert.equal((await stat(join(folder, "packs", name))).mode & 0o777, 0o600, name);
    }
    assert.equal((await stat(join(folder, "packs"))).mode & 0o777, 0o700);
    for (const [at, key] of keys.entries()) assert.deepEqual(await contentOf(await blobs.open(key)), contents[at]);
    await blobs.close();
    assert.deepEqual(await openPathsIn(folder), []);
  });

  test("stored as files by an earlier version are still found, listed and removed", async (t) => {
    const folder = await temporaryFolder(t);
    const earlier = await openDiskBlobStore(folder, { packedBytes: 0 });
    const old = [await store(earlier, Buffer.from("one")), await store(earlier, Buffer.from("two"))] as const;
    await earlier.close();
    const blobs = await openPacked(t, folder);
    const young = await store(blobs, Buffer.from("three"));
    assert.deepEqual(new Set((await listAll(blobs)).map(({ key }) => key)), new Set([...old, young]));
    assert.equal((await contentOf(await blobs.open(old[0]))).toString(), "one");
    for (const key of [...old, young]) await blobs.remove(key);
    assert.deepEqual(await listAll(blobs), []);
  });

  test("can be read to the end while they are removed", async (t) => {
    const blobs = await openPacked(t, await temporaryFolder(t));
    const key = await store(blobs, Buffer.from("kept"));
    const reader = await blobs.open(key, { start: 1, end: 2 });
    await blobs.remove(key);
    assert.equal((await contentOf(reader)).toString(), "ep");
  });

  test("arriving at once share their flushes, and are listed page by page", async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, "small.sqlite");
    const pack = new Pack(path, nodeFileSystem);
    const keys = Array.from({ length: 1201 }, () => newBlobKey());
    await Promise.all(keys.map((key) => pack.put(key, Buffer.from(key))));
    assert.equal(
      commitsIn(await readFile(`${path}-wal`)),
      5,
      "the tables, the first blob, and at most three batches of 500",
    );
    const listed: string[] = [];
    for await (const { key, sizeBytes } of pack.list()) {
      listed.push(key);
      assert.equal(sizeBytes, key.length);
    }
    assert.deepEqual(listed, keys.toSorted());
    await pack.close();
  });

  test("arriving at once share the folder lookup, and are looked up together", async (t) => {
    const folder = await temporaryFolder(t);
    let looks = 0;
    const counting = failingFileSystem((step, path) => {
      if (step === "stat" && path === join(folder, "blobs")) looks++;
    });
    const blobs = await openIn(t, folder, counting, PACKED_BYTES);
    looks = 0;
    const keys = await Promise.all(Array.from({ length: 100 }, () => store(blobs, Buffer.from("small"))));
    assert.ok(looks <= 4, `${looks} looks for what is stored`);
    looks = 0;
    const none = Array.from({ length: 100 }, () => newBlobKey());
    const found = await Promise.all([...keys, ...none].map((key) => blobs.stat(key)));
    assert.deepEqual(found, [...keys.map(() => ({ sizeBytes: 5 })), ...none.map(() => undefined)]);
    assert.ok(looks <= 4, `${looks} looks for what is looked for`);
  });

  test("release their space when removed", async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, "small.sqlite");
    const pack = new Pack(path, nodeFileSystem);
    t.after(() => pack.close());
    const content = randomBytes(60_000);
    const keys = Array.from({ length: 150 }, () => newBlobKey());
    await Promise.all(keys.map((key) => pack.put(key, content)));
    await pack.put("k".repeat(32), content);
    await pack.settle();
    const full = (await stat(path)).size;
    assert.ok(full > 8 * 1024 * KIB, `${full} bytes`);
    await Promise.all(keys.map((key) => pack.remove(key)));
    await pack.settle();
    const { size } = await stat(path);
    assert.ok(size <= 2 * 1024 * KIB, `${size} bytes are left`);
    assert.deepEqual(Buffer.from((await pack.read("k".repeat(32))) ?? []), content);
  });

  test("are visible to everybody who has the folder open", async (t) => {
    const folder = await temporaryFolder(t);
    const stores = [await openPacked(t, folder), await openPacked(t, folder)] as const;
    const putMany = (blobs: BlobStore) =>
      Promise.all(Array.from({ length: 50 }, (_, at) => store(blobs, Buffer.from(`${at}`))));
    const keys = (await Promise.all(stores.map(putMany))).flat();
    for (const blobs of stores) assert.equal((await listAll(blobs)).length, 100);
    await Promise.all(keys.map((key, at) => stores[at % 2 === 0 ? 0 : 1].remove(key)));
    for (const blobs of stores) assert.deepEqual(await listAll(blobs), []);
  });
});

describe("a damaged pack", () => {
  // The header, its neighbour pages of tables, names, and bytes.
  for (const page of [0, 1, 2, 3, 40]) {
    test(`loses only what is in page ${page}, and still stores and reads others`, async (t) => {
      const folder = await temporaryFolder(t);
      const first = await openDiskBlobStore(folder);
      const content = randomBytes(5000);
      const keys = await Promise.all(Array.from({ length: 60 }, () => store(first, content)));
      await first.close();
      await spoil(packIn(folder), page);
      const blobs = await openPacked(t, folder);
      let lost = 0;
      const together = await Promise.all(keys.map((key) => blobs.stat(key)));
      for (const [at, key] of keys.entries()) {
        const isThere = (await blobs.stat(key)) !== undefined;
        assert.equal(together[at] !== undefined, isThere, "looked up alone or with others");
        const read = await blobs.open(key).then(contentOf, (error: unknown) => error);
        if (Buffer.isBuffer(read)) lost += read.equals(content) ? 0 : 1;
        else {
          assert.equal((read as Error).name, "BlobNotFoundError", `${key}, found: ${isThere}`);
          lost++;
        }
      }
      // The second page maps pages to tables, which no reader uses.
      assert.equal(lost > 0, page !== 1);
      assert.ok((await listAll(blobs)).every(({ key }) => keys.includes(key)));
      const young = await Promise.all(keys.map(() => store(blobs, content)));
      for (const key of young) assert.deepEqual(await contentOf(await blobs.open(key)), content);
    });
  }
});

describe("a failing pack", () => {
  test("is reported to the operator once, and blocks the removal of its own small blobs only", async (t) => {
    const folder = await temporaryFolder(t);
    const first = await openDiskBlobStore(folder);
    const small = await store(first, Buffer.from("small"));
    const large = await store(first, randomBytes(PACKED_BYTES + 1));
    await first.close();
    await spoil(packIn(folder), 0);
    const told: string[] = [];
    const blobs = await openDiskBlobStore(folder, { onTrouble: (text) => told.push(text) });
    t.after(() => blobs.close());
    await blobs.remove(large);
    assert.equal(await blobs.stat(large), undefined);
    await assert.rejects(blobs.remove(small), { name: "BlobStoreError", failure: "unavailable" });
    await assert.rejects(blobs.open(small), { name: "BlobNotFoundError" });
    assert.equal((await contentOf(await blobs.open(await store(blobs, Buffer.from("young"))))).toString(), "young");
    const texts = [
      "is damaged (reading: file is not a database): files of up to 64 KiB that lie in it count as missing; consigne-server fsck names them",
      "is damaged (writing: file is not a database): new files of up to 64 KiB are stored as files beside it, and removed ones may keep their room",
    ].map((text) => `${packIn(folder)} ${text}. Check the disk, and restore what is missing from a backup`);
    assert.deepEqual(told.toSorted(), texts);
  });

  test("that cannot be opened is reported for blobs it may contain, and affects nothing else", async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(packIn(folder), { recursive: true });
    const told: string[] = [];
    const blobs = await openDiskBlobStore(folder, { onTrouble: (text) => told.push(text) });
    t.after(() => blobs.close());
    for (const size of [5, PACKED_BYTES + 1]) {
      const content = randomBytes(size);
      const key = await store(blobs, content);
      assert.deepEqual(await contentOf(await blobs.open(key)), content);
      await blobs.remove(key);
    }
    const missing = newBlobKey();
    for (const look of [() => blobs.open(missing), () => blobs.stat(missing), () => listAll(blobs)]) {
      await assert.rejects(look(), { name: "BlobStoreError", failure: "unavailable" });
    }
    assert.equal(told.length, 2);
    assert.match(
      told[0] ?? "",
      /small\.sqlite fails \(writing: .+\): new files of up to 64 KiB are stored as files beside it/,
    );
    assert.match(
      told[1] ?? "",
      /small\.sqlite fails \(reading: .+\): files of up to 64 KiB that lie in it cannot be read$/,
    );
  });

  test("keeps only the failing one of many blobs removed at once", async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, "small.sqlite");
    const first = new Pack(path, nodeFileSystem);
    const keys = Array.from({ length: 60 }, () => newBlobKey());
    for (const key of keys) await first.put(key, randomBytes(5000));
    await first.close();
    await spoil(path, 40);
    const pack = new Pack(path, nodeFileSystem);
    t.after(() => pack.close());
    const outcomes = await Promise.allSettled(keys.map((key) => pack.remove(key)));
    const kept = keys.filter((_, at) => outcomes[at]?.status === "rejected");
    assert.ok(kept.length > 0 && kept.length < 20, `${kept.length} are kept`);
    const listed: string[] = [];
    for await (const { key } of pack.list()) listed.push(key);
    assert.deepEqual(listed, kept.toSorted());
  });

  test("whose file was removed accepts nothing more, and new blobs become files", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openPacked(t, folder);
    await store(blobs, Buffer.from("early"));
    await rename(packIn(folder), `${packIn(folder)}.away`);
    const key = await store(blobs, Buffer.from("late"));
    assert.deepEqual(await filesIn(join(folder, "blobs")), [join(key.slice(0, 2), key)]);
  });

  test("that points to another blob's bytes does not return them", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openPacked(t, folder);
    const [mine, theirs] = [await store(blobs, Buffer.from("mine")), await store(blobs, Buffer.from("theirs"))];
    const database = new DatabaseSync(packIn(folder), { timeout: 10_000 });
    database.prepare("update names set id = (select id from names where key = ?) where key = ?").run(theirs, mine);
    database.close();
    await assert.rejects(blobs.open(mine), { name: "BlobNotFoundError" });
    await blobs.remove(mine);
    assert.equal((await contentOf(await blobs.open(theirs))).toString(), "theirs");
  });
});

async function listAll(blobs: BlobStore): Promise<ListedBlob[]> {
  const listed: ListedBlob[] = [];
  for await (const blob of blobs.list()) listed.push(blob);
  return listed;
}

/** Fills a page with invalid content. */
async function spoil(path: string, page: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    assert.ok((page + 1) * PAGE_BYTES <= size);
    await file.write(Buffer.alloc(PAGE_BYTES, 0xff), 0, PAGE_BYTES, page * PAGE_BYTES);
  } finally {
    await file.close();
  }
}

/**
 * Counts commits in a SQLite log. A frame that ends a commit holds the database size:
 * https://sqlite.org/fileformat2.html#walformat
 */
function commitsIn(log: Buffer): number {
  let commits = 0;
  for (let at = 32; at + 24 + PAGE_BYTES <= log.length; at += 24 + PAGE_BYTES) {
    const isOfThisLog = log.readUInt32BE(at + 8) === log.readUInt32BE(16);
    if (isOfThisLog && log.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}
