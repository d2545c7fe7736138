import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, mkdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { newBlobKey } from "@consigne/core";
import { openDiskBlobStore } from "../src/index.ts";
import { filesIn, openIn, openPathsIn, store, temporaryFolder } from "./_blob-folder.ts";
import { failingFileSystem } from "./_failing-file-system.ts";

const FUTURE = new Date(Date.now() + 86_400_000);

describe("a disk store's folder", () => {
  test("is private to its owner", async (t) => {
    const folder = join(await temporaryFolder(t), "new", "below");
    const blobs = await openIn(t, folder);
    const key = await store(blobs, Buffer.from("private"));
    const shard = join(folder, "blobs", key.slice(0, 2));
    for (const path of [folder, join(folder, "staging"), join(folder, "blobs"), shard]) {
      assert.equal((await stat(path)).mode & 0o777, 0o700, path);
    }
    assert.equal((await stat(join(shard, key))).mode & 0o777, 0o600);
    assert.deepEqual(await filesIn(folder), [join("blobs", key.slice(0, 2), key)]);
  });

  test("is recognized by the next process", async (t) => {
    const folder = await temporaryFolder(t);
    const first = await openDiskBlobStore(folder);
    const key = await store(first, Buffer.from("kept"));
    await first.close();
    assert.deepEqual(await (await openIn(t, folder)).stat(key), { sizeBytes: 4 });
  });

  test("gets its name although an earlier attempt was killed", async (t) => {
    const folder = await temporaryFolder(t);
    const id = newBlobKey();
    await writeFile(join(folder, `store.json.${id}`), "");
    const blobs = await openIn(t, folder);
    assert.equal(await blobs.claimId(id), id);
    assert.equal(await blobs.findId(), id);
  });

  test("is refused if it cannot be a folder", async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, "file"), "");
    await assert.rejects(openDiskBlobStore(join(folder, "file")), { name: "BlobStoreError", failure: "unavailable" });
    if (existsSync("/proc/self")) {
      const nowhere = openDiskBlobStore("/proc/no-such/bytes");
      await assert.rejects(nowhere, { name: "BlobStoreError", failure: "unavailable" });
    }
    await mkdir(join(folder, "elsewhere"));
    await mkdir(join(folder, "linked"));
    await symlink(join(folder, "elsewhere"), join(folder, "linked", "blobs"));
    await assert.rejects(openDiskBlobStore(join(folder, "linked")), { name: "BlobStoreError", failure: "unavailable" });
  });
});

describe("a name from outside", () => {
  test("never becomes a path", async (t) => {
    const folder = await temporaryFolder(t);
    const touched: string[] = [];
    const blobs = await openIn(
      t,
      folder,
      failingFileSystem((_step, path) => void touched.push(path)),
    );
    touched.length = 0;
    const names = ["", ".", "..", "../../../etc/passwd", "a".repeat(15), "a".repeat(65), "A".repeat(32)];
    for (const name of [...names, `${"a".repeat(31)}/`, `${"a".repeat(31)}\0`, `${"a".repeat(32)}\n`]) {
      await assert.rejects(blobs.open(name), TypeError);
      await assert.rejects(blobs.stat(name), TypeError);
      await assert.rejects(blobs.remove(name), TypeError);
    }
    assert.deepEqual(touched, []);
  });

  test("is not followed if it is a link", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder);
    const key = newBlobKey();
    await writeFile(join(folder, "secret"), "secret");
    await mkdir(join(folder, "blobs", key.slice(0, 2)));
    await symlink(join(folder, "secret"), join(folder, "blobs", key.slice(0, 2), key));
    await assert.rejects(blobs.open(key), { name: "BlobStoreError", failure: "unavailable" });
    assert.equal(await blobs.stat(key), undefined);
    for await (const blob of blobs.list()) assert.fail(blob.key);
    await blobs.remove(key);
    assert.equal(await readFile(join(folder, "secret"), "utf8"), "secret");
  });

  test("is not listed if it is not a key", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder);
    const key = await store(blobs, Buffer.from("kept"));
    await writeFile(join(folder, "blobs", "stray"), "");
    await writeFile(join(folder, "blobs", key.slice(0, 2), ".DS_Store"), "");
    await mkdir(join(folder, "blobs", "lost+found"));
    const keys: string[] = [];
    for await (const blob of blobs.list()) keys.push(blob.key);
    assert.deepEqual(keys, [key]);
  });
});

describe("the cleanup", () => {
  test("removes old leftovers of a crash and spares new files and running writes", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder);
    const [old, young] = [newBlobKey(), newBlobKey()];
    for (const name of [old, young, "check-left-by-a-crash"]) await writeFile(join(folder, "staging", name), "left");
    const longAgo = new Date(Date.now() - 86_400_000);
    await utimes(join(folder, "staging", old), longAgo, longAgo);
    const running = await blobs.stage();
    assert.equal(await blobs.sweepStaged(new Date(Date.now() - 3_600_000), FUTURE), 1);
    assert.deepEqual(
      (await readdir(join(folder, "staging"))).toSorted(),
      [young, running.key, "check-left-by-a-crash"].toSorted(),
    );
    assert.equal(await blobs.sweepStaged(FUTURE, FUTURE), 2);
    assert.deepEqual(await readdir(join(folder, "staging")), [running.key]);
    assert.deepEqual(await running.complete(), { sizeBytes: 0 });
    assert.equal(await blobs.sweepStaged(FUTURE, FUTURE), 0);
  });

  test("removes leftovers dated in the future by a wrong clock, and spares running writes", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder);
    const left = newBlobKey();
    const running = await blobs.stage();
    await writeFile(join(folder, "staging", left), "left");
    for (const name of [left, running.key]) await utimes(join(folder, "staging", name), FUTURE, FUTURE);
    const hourAgo = new Date(Date.now() - 3_600_000);
    assert.equal(await blobs.sweepStaged(hourAgo, new Date(FUTURE.getTime() + 1000)), 0);
    assert.equal(await blobs.sweepStaged(hourAgo, new Date()), 1);
    assert.deepEqual(await readdir(join(folder, "staging")), [running.key]);
  });
});

describe("closing the store", () => {
  test("ends running writes and reads, and accepts nothing new", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openDiskBlobStore(folder);
    const key = await store(blobs, Buffer.from("kept"));
    const staged = await blobs.stage();
    await staged.write(Buffer.from("half"));
    const reader = await blobs.open(key);
    await blobs.close();
    await blobs.close();
    await assert.rejects(staged.write(Buffer.from("more")), { name: "StagedBlobEndedError" });
    await assert.rejects(reader.read(Buffer.alloc(1)), { name: "BlobStoreError" });
    await assert.rejects(blobs.stage(), { name: "BlobStoreError", failure: "unavailable" });
    await assert.rejects(blobs.open(key), { name: "BlobStoreError", failure: "unavailable" });
    assert.deepEqual(await openPathsIn(folder), []);
    assert.deepEqual(await readdir(join(folder, "staging")), []);
  });
});

describe("making names durable", () => {
  test("syncs the file before its name moves and both folders after, with shared syncs for many", async (t) => {
    const folder = await temporaryFolder(t);
    const steps: [step: string, path: string][] = [];
    const blobs = await openIn(
      t,
      folder,
      failingFileSystem((step, path) => {
        if (step === "sync" || step === "rename") steps.push([step, path]);
      }),
    );
    steps.length = 0;
    const keys = await Promise.all(Array.from({ length: 50 }, () => store(blobs, Buffer.from("kept"))));
    const staging = join(folder, "staging");
    for (const key of keys) {
      const moved = steps.findIndex(([step, path]) => step === "rename" && path === join(staging, key));
      const synced = steps.findIndex(([step, path]) => step === "sync" && path === join(staging, key));
      assert.ok(synced >= 0 && synced < moved);
      const after = steps.slice(moved).map(([, path]) => path);
      assert.ok(after.includes(staging));
      assert.ok(after.includes(join(folder, "blobs", key.slice(0, 2))));
    }
    assert.ok(steps.filter(([, path]) => path === staging).length < keys.length);
  });
});
