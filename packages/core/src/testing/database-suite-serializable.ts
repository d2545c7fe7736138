import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Blob } from "../files/file.ts";
import type { Database, Repositories } from "../ports/database.ts";
import {
  at,
  createFile,
  createOwner,
  sampleAccount,
  sampleBlob,
  sampleFile,
  sampleFolder,
  may,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

const ROUNDS = 5;

/** Returned by a transaction that read and found that it must not write. */
const REFUSED = "refused";

type Work = (rows: Repositories) => Promise<unknown>;

/**
 * Write skew: two transactions read the same rows, each writes different ones, and together they break what each alone
 * preserves. Locking the written rows does not help; only an order of all transactions does.
 */
export function serializableTests(open: OpenDatabase): void {
  const bothWays = (name: string, round: (database: Database, atOnce: RunAtOnce) => Promise<void>) => {
    test(`${name}, on one connection`, async () => {
      await using opened = await open();
      for (let count = 0; count < ROUNDS; count++)
        await round(opened.database, runAtOnce(opened.database, opened.database));
    });
    test(`${name}, on two connections to the same rows`, async () => {
      await using opened = await open();
      const beside = await opened.openBeside();
      for (let count = 0; count < ROUNDS; count++) await round(opened.database, runAtOnce(opened.database, beside));
    });
  };

  bothWays("two crossed moves of folders leave no circle", async (database, atOnce) => {
    const { root } = await createOwner(database);
    const one = await database.folders.create(sampleFolder(root, { name: "one" }));
    const other = await database.folders.create(sampleFolder(root, { name: "other" }));
    const move = (id: number, parentId: number) => async (rows: Repositories) => {
      const above = await rows.folders.listAncestry(parentId);
      await nextTurn();
      if (above.some((folder) => folder.id === id)) return REFUSED;
      return rows.folders.update(may(id), { parentId: may(parentId) });
    };
    const outcomes = await atOnce(move(one.id, other.id), move(other.id, one.id));
    assert.deepEqual(outcomes.filter((outcome) => outcome === REFUSED).length, 1);
    for (const { id } of [one, other]) assert.equal((await database.folders.listAncestry(id)).at(-1)?.id, root.id);
  });

  bothWays("two uploads do not pass a quota together", async (database, atOnce) => {
    const { place } = await createOwner(database);
    const quotaBytes = 10;
    const upload = async (rows: Repositories) => {
      const { sizeBytes } = await rows.files.getUsage(place.accountId);
      await nextTurn();
      if (sizeBytes + 6 > quotaBytes) return REFUSED;
      return createFile(rows, place, { sizeBytes: 6 });
    };
    const outcomes = await atOnce(upload, upload);
    assert.equal(outcomes.filter((outcome) => outcome === REFUSED).length, 1);
    assert.deepEqual(await database.files.getUsage(place.accountId), { fileCount: 1, sizeBytes: 6 });
  });

  bothWays("a content does not go with its last link while another takes it", async (database, atOnce) => {
    const { place } = await createOwner(database);
    const last = await createFile(database, place);
    const remove = async (rows: Repositories) => {
      await rows.files.removeMany([may(last.id)]);
      await nextTurn();
      await rows.discardedBytes.add(await rows.blobs.removeUnreferenced([last.blobId]), at(0));
    };
    const again = sampleBlob({ whirlpool: last.whirlpool, sizeBytes: last.sizeBytes });
    const upload = async (rows: Repositories) => {
      const content = await takeContent(rows, again);
      await nextTurn();
      const file = sampleFile(content, place);
      await rows.files.createMany([file]);
      return file.id;
    };
    const [, fileId] = await atOnce(remove, upload);
    const file = await database.files.findById(String(fileId));
    assert.equal(file?.blobKey, again.key, "it has the bytes that arrived last");
    const discarded = await database.discardedBytes.list(undefined, 100);
    assert.ok(!discarded.includes(again.key), "those are not discarded");
    assert.ok(discarded.includes(last.blobKey), "the replaced bytes are discarded");
    assert.deepEqual(await database.files.getUsage(place.accountId), { fileCount: 1, sizeBytes: last.sizeBytes });
  });

  bothWays("two administrators who lock each other leave one", async (database, atOnce) => {
    const one = await database.accounts.create(sampleAccount({ isAdmin: true }));
    const other = await database.accounts.create(sampleAccount({ isAdmin: true }));
    const lock = (id: string, remainingId: string) => async (rows: Repositories) => {
      const remaining = await rows.accounts.findById(remainingId);
      await nextTurn();
      if (remaining?.isLocked !== false) return REFUSED;
      return rows.accounts.update(may(id), { isLocked: true });
    };
    await atOnce(lock(one.id, other.id), lock(other.id, one.id));
    const left = await Promise.all([one, other].map(({ id }) => database.accounts.findById(id)));
    assert.equal(left.filter((account) => account?.isLocked === false).length, 1);
  });

  test("loses no update of many transactions on two connections to the same rows", async () => {
    await using opened = await open();
    const beside = await opened.openBeside();
    const { account } = await createOwner(opened.database);
    const raise = (database: Database) =>
      database.transaction(async (rows) => {
        const current = await rows.accounts.findById(account.id);
        assert.ok(current);
        await nextTurn();
        const pageLimit = current.settings.pageLimit + 1;
        await rows.accounts.update(may(account.id), { settings: { ...current.settings, pageLimit } });
      });
    await Promise.all(Array.from({ length: 40 }, (_, index) => raise(index % 2 === 0 ? opened.database : beside)));
    const settled = await opened.database.accounts.findById(account.id);
    assert.equal(settled?.settings.pageLimit, account.settings.pageLimit + 40);
  });
}

type RunAtOnce = (first: Work, second: Work) => Promise<unknown[]>;

function runAtOnce(one: Database, other: Database): RunAtOnce {
  return (first, second) => Promise.all([one.transaction(first), other.transaction(second)]);
}

/** Like an upload: bytes that equal stored ones replace them. */
async function takeContent(rows: Repositories, arrived: Blob): Promise<Blob> {
  const [known] = await rows.blobs.findByIdentities([arrived]);
  if (known === undefined) {
    await rows.blobs.createMany([arrived]);
    return arrived;
  }
  await rows.blobs.replaceKeys([{ id: known.id, key: arrived.key }]);
  await rows.discardedBytes.add([known.key], at(0));
  return { ...known, key: arrived.key };
}
