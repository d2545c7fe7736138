import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { BlobStoreFailure } from "@consigne/core";
import { contentOf, filesIn, openIn, openPathsIn, store, temporaryFolder } from "./_blob-folder.ts";
import { errnoError, failingFileSystem, throughCache } from "./_failing-file-system.ts";
import type { BeforeStep, DiskStep } from "./_failing-file-system.ts";

const MIB = 1024 * 1024;

const failures: readonly [errno: string, failure: BlobStoreFailure][] = [
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
  ["EIO", "unavailable"],
  ["EMFILE", "unavailable"],
];

/** The steps of storing a blob, and the path each of them touches. */
const arrivals: readonly [step: DiskStep, where: "staged file" | "shard" | "staging" | "blobs"][] = [
  ["open", "staged file"],
  ["write", "staged file"],
  ["sync", "staged file"],
  ["close", "staged file"],
  ["make-folder", "shard"],
  ["sync", "blobs"],
  ["rename", "staged file"],
  ["open", "shard"],
  ["sync", "shard"],
  ["sync", "staging"],
];

function isAt(folder: string, path: string, where: (typeof arrivals)[number][1]): boolean {
  const relative = path.slice(folder.length + 1);
  if (where === "staged file") return /^staging\/[a-z0-9]{32}$/.test(relative);
  if (where === "shard") return /^blobs\/[a-z0-9]{2}$/.test(relative);
  return relative === where;
}

describe("a blob being written", () => {
  for (const [step, where] of arrivals) {
    for (const [errno, failure] of failures) {
      test(`leaves nothing behind after ${errno} at ${step} of the ${where}`, async (t) => {
        const folder = await temporaryFolder(t);
        let isArmed = false;
        const blobs = await openIn(
          t,
          folder,
          failingFileSystem((at, path) => {
            if (isArmed && at === step && isAt(folder, path, where)) throw errnoError(errno);
          }),
        );
        isArmed = true;
        const content = randomBytes(1_000_000);
        await assert.rejects(store(blobs, content), { name: "BlobStoreError", failure });
        assert.deepEqual(await filesIn(folder), []);
        assert.deepEqual(await openPathsIn(folder), []);
        isArmed = false;
        assert.deepEqual(await contentOf(await blobs.open(await store(blobs, content))), content);
      });
    }
  }

  test("answers every later call with the first failure, but lets an abort succeed silently", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder, failingAt("write", "ENOSPC"));
    const staged = await blobs.stage();
    await assert.rejects(async () => {
      for (let count = 0; count < 20; count++) await staged.write(randomBytes(100_000));
    }, isFull);
    await assert.rejects(staged.write(randomBytes(1)), isFull);
    await assert.rejects(staged.complete(), isFull);
    await staged.abort();
    assert.deepEqual(await filesIn(folder), []);
  });

  test("is complete although every write is short", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(
      t,
      folder,
      failingFileSystem(() => {}, 7777),
    );
    const content = randomBytes(900_001);
    assert.deepEqual(await contentOf(await blobs.open(await store(blobs, content))), content);
  });

  test("leaves nothing behind if a flush along the way fails, even if the last one would not", async (t) => {
    const folder = await temporaryFolder(t);
    let flushes = 0;
    const fileSystem = failingFileSystem((step) => {
      if (step === "datasync" && ++flushes === 1) throw errnoError("EIO");
    });
    const blobs = await openIn(t, folder, throughCache(fileSystem));
    const failed = { name: "BlobStoreError", failure: "unavailable" };
    await assert.rejects(store(blobs, randomBytes(9 * MIB)), failed);
    assert.deepEqual([flushes, await filesIn(folder), await openPathsIn(folder)], [1, [], []]);
  });

  test("is flushed every 8 MiB when it goes through the cache, one blob at a time, and completes only after the flush", async (t) => {
    const folder = await temporaryFolder(t);
    const flushed: string[] = [];
    let open = 0;
    let most = 0;
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const fileSystem = failingFileSystem(async (step, path) => {
      if (step === "sync") flushed.push(`end of ${path}`);
      if (step !== "datasync") return;
      most = Math.max(most, ++open);
      begun.resolve();
      await gate.promise;
      flushed.push(path);
      open--;
    });
    const blobs = await openIn(t, folder, throughCache(fileSystem));
    flushed.length = 0;
    const content = randomBytes(9 * MIB);
    const first = store(blobs, content);
    await begun.promise;
    const second = await store(blobs, content);
    gate.resolve();
    const key = await first;
    const path = join(folder, "staging", key);
    assert.deepEqual(
      flushed.filter((name) => name.endsWith(key)),
      [path, `end of ${path}`],
    );
    assert.equal(flushed.includes(join(folder, "staging", second)), false);
    await store(blobs, randomBytes(25 * MIB));
    assert.equal(most, 1);
    assert.deepEqual(await contentOf(await blobs.open(key)), content);
  });

  test("can be aborted during a write", async (t) => {
    const folder = await temporaryFolder(t);
    const writing = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const hold: BeforeStep = async (step) => {
      if (step !== "write") return;
      writing.resolve();
      await gate.promise;
    };
    const blobs = await openIn(t, folder, failingFileSystem(hold));
    const staged = await blobs.stage();
    const written = assert.rejects(staged.write(randomBytes(2_000_000)), { name: "StagedBlobEndedError" });
    await writing.promise;
    const aborted = staged.abort();
    gate.resolve();
    await Promise.all([aborted, written]);
    assert.deepEqual(await filesIn(folder), []);
    assert.deepEqual(await openPathsIn(folder), []);
  });

  test("stays complete if it is aborted during completion", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder);
    const staged = await blobs.stage();
    await staged.write(Buffer.from("whole"));
    const completed = staged.complete();
    await staged.abort();
    await completed;
    assert.equal((await contentOf(await blobs.open(staged.key))).toString(), "whole");
  });
});

describe("a stored blob", () => {
  test("is reported as unavailable if it cannot be read for any reason, and its file is closed", async (t) => {
    const folder = await temporaryFolder(t);
    const key = await store(await openIn(t, folder), randomBytes(5000));
    const steps = ["open", "stat", "read"] as const;
    for (const [step, errno] of steps.flatMap((each) =>
      ["EIO", "EACCES", "EROFS"].map((why) => [each, why] as const),
    )) {
      const blobs = await openIn(t, folder, failingAt(step, errno, key));
      await assert.rejects(async () => {
        const reader = await blobs.open(key);
        await using _ = { [Symbol.asyncDispose]: () => reader.close() };
        await reader.read(Buffer.alloc(5000));
      }, isUnavailable);
      assert.deepEqual(await openPathsIn(folder), []);
    }
  });

  test("is read completely although every read is short", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(
      t,
      folder,
      failingFileSystem(() => {}),
    );
    const content = randomBytes(123_456);
    const reader = await blobs.open(await store(blobs, content));
    const buffer = Buffer.alloc(content.length);
    assert.equal(await reader.read(buffer), content.length);
    assert.deepEqual(buffer, content);
    await reader.close();
  });

  test("is not treated as removed if the disk refuses", async (t) => {
    const folder = await temporaryFolder(t);
    const key = await store(await openIn(t, folder), Buffer.from("kept"));
    const blobs = await openIn(t, folder, failingAt("unlink", "EROFS"));
    await assert.rejects(blobs.remove(key), { name: "BlobStoreError", failure: "read-only" });
    assert.deepEqual(await blobs.stat(key), { sizeBytes: 4 });
  });
});

describe("a folder that disappears", () => {
  test("makes every call report it as unavailable, instead of blobs as missing", async (t) => {
    const folder = await temporaryFolder(t);
    const blobs = await openIn(t, folder);
    const key = await store(blobs, Buffer.from("kept"));
    const staged = await blobs.stage();
    await staged.write(Buffer.from("late"));
    const away = `${folder}-away`;
    await rename(folder, away);
    t.after(() => rm(away, { recursive: true, force: true }));
    await assert.rejects(blobs.open(key), isUnavailable);
    await assert.rejects(blobs.stat(key), isUnavailable);
    await assert.rejects(blobs.remove(key), isUnavailable);
    await assert.rejects(blobs.stage(), isUnavailable);
    await assert.rejects(blobs.checkWritable(), isUnavailable);
    await assert.rejects(blobs.sweepStaged(new Date(), new Date()), isUnavailable);
    await assert.rejects(async () => {
      for await (const blob of blobs.list()) assert.fail(blob.key);
    }, isUnavailable);
    await assert.rejects(staged.complete(), isUnavailable);
    assert.deepEqual(await openPathsIn(away), []);
    await rename(away, folder);
    assert.equal((await contentOf(await blobs.open(key))).toString(), "kept");
  });

  test("is made again if it was only an empty shard", async (t) => {
    const folder = await temporaryFolder(t);
    let renames = 0;
    const blobs = await openIn(
      t,
      folder,
      failingFileSystem(async (step, path) => {
        if (step === "rename" && ++renames === 1)
          await rm(join(folder, "blobs", path.slice(-32, -30)), { recursive: true });
      }),
    );
    assert.equal((await contentOf(await blobs.open(await store(blobs, Buffer.from("kept"))))).toString(), "kept");
    assert.equal(renames, 2);
  });
});

describe("the write check", () => {
  for (const step of ["open", "write", "sync"] as const) {
    for (const [errno, failure] of failures) {
      test(`reports ${failure} after ${errno} at ${step} and leaves nothing behind`, async (t) => {
        const folder = await temporaryFolder(t);
        const blobs = await openIn(t, folder, failingAt(step, errno, "check-"));
        await assert.rejects(blobs.checkWritable(), { name: "BlobStoreError", failure });
        assert.deepEqual(await filesIn(folder), []);
        assert.deepEqual(await openPathsIn(folder), []);
      });
    }
  }
});

const isFull = { name: "BlobStoreError", failure: "full" };
const isUnavailable = { name: "BlobStoreError", failure: "unavailable" };

function failingAt(step: DiskStep, errno: string, pathPart = ""): ReturnType<typeof failingFileSystem> {
  return failingFileSystem((at, path) => {
    if (at === step && path.includes(pathPart)) throw errnoError(errno);
  });
}
