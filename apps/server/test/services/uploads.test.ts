import { placed } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Database, DatabaseError, isDomainError, type Repositories } from "@consigne/core";
import {
  type Bench,
  DAY_MS,
  downloadText,
  HOUR_MS,
  openBench,
  storedKeys,
  uploadTexts,
  overriding,
} from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

async function onlyBlobKey(bench: Bench): Promise<string> {
  const [blob, ...others] = await bench.ports.database.blobs.listPage(undefined, 10);
  assert.ok(blob);
  assert.equal(others.length, 0);
  return blob.key;
}

test("equal content shares one blob, within an upload and between accounts", async () => {
  await using bench = await openBench();
  const [one, two] = [await bench.account(), await bench.account()];
  const [a, b] = await uploadTexts(bench, one, { "a.txt": "same", "b.txt": "same" });
  const [c] = await uploadTexts(bench, two, { "c.txt": "same" });
  assert.deepEqual(await storedKeys(bench), [await onlyBlobKey(bench)]);
  for (const [actor, file] of [
    [one, a],
    [one, b],
    [two, c],
  ] as const)
    assert.equal(await downloadText(bench, actor, file?.fileId ?? ""), "same");
});

test("content whose bytes are missing is repaired by its next upload, even moments after the first", async () => {
  for (const passedMs of [0, 1000, DAY_MS, -DAY_MS]) {
    await using bench = await openBench();
    const actor = await bench.account();
    const [first] = await uploadTexts(bench, actor, { "a.txt": "precious" });
    const lost = await onlyBlobKey(bench);
    await bench.ports.blobs.remove(lost);
    bench.clock.advance(passedMs);
    const [second, third] = await uploadTexts(bench, actor, { "b.txt": "precious", "c.txt": "precious" });
    for (const file of [first, second, third])
      assert.equal(await downloadText(bench, actor, file?.fileId ?? ""), "precious", `after ${passedMs} ms`);
    assert.notEqual(await onlyBlobKey(bench), lost);
    assert.deepEqual(await storedKeys(bench), [await onlyBlobKey(bench)]);
  }
});

test("an upload of content being cleaned up ends with its bytes", async () => {
  await using bench = await openBench();
  const actor = await bench.account();
  const [old] = await uploadTexts(bench, actor, { "a.txt": "same" });
  await bench.services.files.remove(actor, [{ reference: { fileId: old?.fileId ?? "" } }]);
  bench.clock.advance(2 * HOUR_MS);
  const [[created]] = await Promise.all([
    uploadTexts(bench, actor, { "b.txt": "same" }),
    bench.services.collector.collect(),
  ]);
  assert.equal(await downloadText(bench, actor, created?.fileId ?? ""), "same");
  await bench.services.collector.collect();
  assert.equal(await downloadText(bench, actor, created?.fileId ?? ""), "same");
});

test("a failed hash leaves no bytes behind, although they were complete", async () => {
  let hasStored = async (): Promise<boolean> => false;
  await using bench = await openBench({
    replace: ({ hasher }) => ({
      hasher: overriding(hasher, {
        start: () => ({
          update: async () => {},
          digest: async () => {
            while (!(await hasStored()));
            throw new Error("the worker is gone");
          },
          abort: () => {},
        }),
      }),
    }),
  });
  hasStored = async () => (await storedKeys(bench)).length > 0;
  await assert.rejects(uploadTexts(bench, await bench.account(), { "a.txt": "x" }), /worker is gone/);
  assert.deepEqual(await storedKeys(bench), []);
});

test("a hasher that does not start leaves nothing staged", async () => {
  let aborted = 0;
  await using bench = await openBench({
    replace: ({ blobs, hasher }) => ({
      hasher: {
        start: () => {
          throw new Error("no worker");
        },
        close: () => hasher.close(),
      },
      blobs: overriding(blobs, {
        stage: async () => {
          const staged = await blobs.stage();
          const abort = async () => {
            await staged.abort();
            aborted++;
          };
          return overriding(staged, { abort });
        },
      }),
    }),
  });
  await assert.rejects(uploadTexts(bench, await bench.account(), { "a.txt": "x" }), /no worker/);
  assert.equal(aborted, 1);
});

/** A database whose transactions end with `outcome` once `isArmed`. */
function failingDatabase(database: Database, outcome: (work: () => Promise<unknown>) => Promise<never>) {
  const state = { isArmed: false };
  const transaction = <T>(work: (rows: Repositories) => Promise<T>): Promise<T> =>
    state.isArmed ? outcome(() => database.transaction(work)) : database.transaction(work);
  const wrapped = overriding(database, { transaction });
  return { wrapped, state };
}

test("bytes survive a commit that became durable although it was reported as failed", async () => {
  let state = { isArmed: false };
  await using bench = await openBench({
    replace: ({ database }) => {
      const failing = failingDatabase(database, async (work) => {
        await work();
        throw new DatabaseError("unavailable", "The disk stopped answering.");
      });
      state = failing.state;
      return { database: failing.wrapped };
    },
  });
  const actor = await bench.account();
  state.isArmed = true;
  await assert.rejects(uploadTexts(bench, actor, { "a.txt": "kept" }), DatabaseError);
  state.isArmed = false;
  const [file] = (await bench.services.files.list(actor, "root", {})).first;
  assert.equal(await downloadText(bench, actor, file?.id ?? ""), "kept");
});

test("a commit on a full disk releases the bytes", async () => {
  let state = { isArmed: false };
  await using bench = await openBench({
    replace: ({ database }) => {
      const failing = failingDatabase(database, async () => {
        throw new DatabaseError("full", "The disk is full.");
      });
      state = failing.state;
      return { database: failing.wrapped };
    },
  });
  const actor = await bench.account();
  state.isArmed = true;
  await assert.rejects(uploadTexts(bench, actor, { "a.txt": "x" }), DatabaseError);
  assert.deepEqual(await storedKeys(bench), []);
});

test("an upload whose bytes were removed before its rows is refused", async () => {
  await using bench = await openBench();
  const actor = await bench.account();
  const upload = await bench.services.uploads.begin("Vanishing1", actor);
  const file = await upload.openFile({ name: "a.txt", contentType: undefined }, actor);
  await file.write(Buffer.from("x"));
  await file.finish();
  // They are stored while the upload continues.
  while ((await storedKeys(bench)).length === 0) await nextTurn();
  for (const key of await storedKeys(bench)) await bench.ports.blobs.remove(key);
  await assert.rejects(
    upload.commit(actor, { folder: "root", domain: undefined, password: "" }),
    refusal("storage-unavailable"),
  );
  await upload.abort();
  assert.deepEqual((await bench.services.files.list(actor, "root", {})).first, []);
});

test("one id serves one upload, but can be reused after a failed one", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { uploads } = bench.services;
  const first = await uploads.begin("Same000001", owner);
  await assert.rejects(uploads.begin("Same000001", owner), refusal("upload-in-progress"));
  await assert.rejects(uploads.getReport("Same000001"), refusal("upload-in-progress"));
  await first.abort();
  await assert.rejects(uploads.getReport("Same000001"), refusal("upload-not-found"));
  const again = await uploads.begin("Same000001", owner);
  await again.abort();
  for (const id of ["", "1", "ninechars", "elevenchars", "a/b", "../../x", "é"])
    await assert.rejects(uploads.begin(id, owner), refusal("bad-argument"));
});

test("a refused upload leaves no row behind", async () => {
  await using bench = await openBench();
  const upload = await bench.services.uploads.begin("Nothing001", await bench.account());
  await upload.abort();
  assert.equal(await bench.ports.database.uploads.findById("Nothing001"), undefined);
});

test("a right that ends while bytes arrive ends the upload", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const keyed = await bench.keyed(owner);
  const locked = await bench.account();
  const cases = [
    {
      actor: keyed,
      end: () => bench.services.keys.revoke("operator", keyed.key?.id ?? ""),
      code: "unknown-credentials",
    },
    {
      actor: locked,
      end: () => bench.services.accounts.setLocked("operator", locked.account, true),
      code: "account-locked",
    },
  ] as const;
  for (const { actor, end, code } of cases) {
    const upload = await bench.services.uploads.begin(bench.services.uploads.offer().id, actor);
    const file = await upload.openFile({ name: "a.txt", contentType: undefined }, actor);
    await file.write(Buffer.from("x"));
    await file.finish();
    await end();
    await assert.rejects(upload.commit(actor, { folder: "root", domain: undefined, password: "" }), refusal(code));
    await upload.abort();
  }
  assert.deepEqual(await storedKeys(bench), []);
});

test("a key without the upload right, or from a wrong address, stages no byte", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const none = await bench.keyed(owner, { scopes: { ...(await bench.keyed(owner)).key!.scopes, uploads: "read" } });
  const elsewhere = await bench.keyed(owner, { allowedAddresses: ["198.51.100.0/24"] });
  const upload = await bench.services.uploads.begin("Early00001", owner);
  const head = { name: "a.txt", contentType: undefined };
  await assert.rejects(upload.openFile(head, none), refusal("scope-missing"));
  await assert.rejects(upload.openFile(head, elsewhere), refusal("not-allowed"));
  await upload.abort();
});

test("files for an unknown or another account's folder go to the root the caller sees", async () => {
  await using bench = await openBench();
  const [owner, other] = [await bench.account(), await bench.account()];
  const fence = await bench.services.folders.create(owner, "root", "fence");
  const fenced = await bench.keyed(owner, { fenceFolderId: fence.id });
  const [file] = await uploadTexts(bench, fenced, { "a.txt": "x" }, other.rootFolderId);
  assert.equal((await bench.ports.database.files.findById(file?.fileId ?? ""))?.folderId, fence.id);
});

test("parallel uploads cannot exceed the quota together", async () => {
  await using bench = await openBench();
  const owner = await bench.account("small@example.org", "free");
  const usage = bench.ports.database.files;
  const [first] = await uploadTexts(bench, owner, { "a.txt": "a" });
  const stored = await usage.findById(first?.fileId ?? "");
  assert.ok(stored);
  // The plan's terabyte except five bytes, without storing them.
  const identity = "f".repeat(128);
  const big = 1_000_000_000_000 - 6;
  const id = "z".repeat(32);
  const content = { id, key: id, whirlpool: identity, sizeBytes: big, createdAt: bench.clock.now() };
  await bench.ports.database.blobs.createMany([{ ...content, damagedAt: undefined }]);
  await usage.createMany([placed({ ...stored, id: "z".repeat(20), blobId: id, sizeBytes: big, whirlpool: identity })]);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, (_, at) => uploadTexts(bench, owner, { [`${at}`]: `x${at}` })),
  );
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 2);
  for (const outcome of outcomes)
    if (outcome.status === "rejected") assert.ok(isDomainError(outcome.reason, "quota-exceeded"));
});

test("an account has a maximum number of files and folders, whichever call would add to them", async () => {
  await using bench = await openBench({ maxEntries: 4 });
  const [owner, other] = [await bench.account(), await bench.account()];
  const { files, folders } = bench.services;
  const folder = (await folders.create(owner, "root", "folder")).id;
  const [one, two] = await uploadTexts(bench, owner, { "one.txt": "1", "two.txt": "2" }, folder);
  const references = [{ fileId: one?.fileId ?? "" }, { fileId: two?.fileId ?? "" }];
  const isFull = refusal("quota-exceeded");
  await assert.rejects(uploadTexts(bench, owner, { "three.txt": "3", "four.txt": "4" }), isFull);
  await assert.rejects(files.copy(owner, references, { destination: "root" }), isFull);
  const inner = (await folders.create(owner, folder, "inner")).id;
  await assert.rejects(folders.create(owner, "root", "one more"), isFull);
  await assert.rejects(uploadTexts(bench, owner, { "empty.txt": "" }), isFull);
  await files.move(owner, references, inner);
  await folders.move(owner, inner, { parent: "root" });
  await uploadTexts(bench, other, { "theirs.txt": "5" });
  await files.remove(owner, [{ reference: references[0] ?? assert.fail() }]);
  await uploadTexts(bench, owner, { "again.txt": "6" });
  await files.remove(owner, [{ reference: references[1] ?? assert.fail() }]);
  await folders.remove(owner, inner);
  const [again] = (await files.list(owner, "root", {})).first;
  await files.copy(owner, [{ fileId: again?.id ?? "" }], { destination: folder });
  await folders.create(owner, "root", "last");
  await assert.rejects(folders.create(owner, "root", "one more"), isFull);
});

test("the final store lookups run in parallel, but not all at once", async () => {
  let [looking, most] = [0, 0];
  await using bench = await openBench({
    rules: { maxFiles: 40 },
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        stat: async (key) => {
          most = Math.max(most, ++looking);
          await nextTurn();
          looking--;
          return blobs.stat(key);
        },
      }),
    }),
  });
  const owner = await bench.account();
  const texts = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.txt`, `${index}`]));
  assert.equal((await uploadTexts(bench, owner, texts)).length, 40);
  assert.ok(most > 1 && most <= 16, `${most} at once`);
});
