import { may } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { StatementSync } from "node:sqlite";
import { mock, test } from "node:test";
import type { Database, Repositories } from "@consigne/core";
import { openSqliteDatabase } from "../src/index.ts";
import { createContents, tokenOf } from "./_contents.ts";
import { makeFolderWithTables } from "./_folder.ts";

interface Opened extends AsyncDisposable {
  database: Database;
  /** Another connection to the same rows, like another process. */
  other: Database;
  accountId: string;
  innerId: number;
}

async function open(): Promise<Opened> {
  const folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  const other = await openSqliteDatabase({ path: folder.file });
  return {
    database,
    other,
    ...(await createContents(database)),
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await other.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** How many statements return rows while `work` runs. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  const all = mock.method(StatementSync.prototype, "all");
  try {
    await work();
    return all.mock.callCount();
  } finally {
    all.mock.restore();
  }
}

const look = async (rows: Repositories, { accountId, innerId }: Opened) => ({
  isLocked: (await rows.accounts.findById(accountId))?.isLocked,
  file: (await rows.files.findById("file-0"))?.name,
  above: (await rows.folders.listAncestry(innerId)).map(({ name }) => name),
});

test("rows read by one transaction are still cached for the next, even if tokens were created in between", async () => {
  await using opened = await open();
  const { database, accountId } = opened;
  const issue = (hash: string) =>
    database.transaction(async (rows) => {
      await look(rows, opened);
      await rows.downloadTokens.create(tokenOf(hash, accountId));
    });
  assert.ok((await readsOf(() => issue("one"))) >= 3);
  assert.equal(await readsOf(() => issue("two")), 0);
  assert.ok(await database.downloadTokens.findByHash("two"));
});

test("a transaction sees its own changes and those of the one before", async () => {
  await using opened = await open();
  const { database, accountId, innerId } = opened;
  for (let round = 0; round < 20; round++) {
    const isLocked = round % 2 === 0;
    const name = `name ${round}`;
    await database.transaction(async (rows) => {
      await look(rows, opened);
      await rows.accounts.update(may(accountId), { isLocked });
      assert.equal((await look(rows, opened)).isLocked, isLocked);
      await rows.folders.update(may(innerId), { name });
      await rows.files.updateMany([{ id: may("file-0"), changes: { name } }]);
      const found = await look(rows, opened);
      assert.deepEqual([found.isLocked, found.file, found.above[0]], [isLocked, name, name]);
    });
    const found = await database.transaction((rows) => look(rows, opened));
    assert.deepEqual([found.isLocked, found.file, found.above[0]], [isLocked, name, name]);
  }
});

test("a transaction sees another connection's commit, however often it read before", async () => {
  await using opened = await open();
  const { database, other, accountId } = opened;
  for (let round = 0; round < 20; round++) {
    const isLocked = round % 2 === 0;
    await other.accounts.update(may(accountId), { isLocked });
    assert.equal((await database.transaction((rows) => look(rows, opened))).isLocked, isLocked);
    assert.equal((await database.transaction((rows) => look(rows, opened))).isLocked, isLocked);
  }
});

for (const isBrief of [false, true]) {
  test(`undone changes are not seen, ${isBrief ? "even among others sharing the commit" : "in a transaction of their own"}`, async () => {
    await using opened = await open();
    const { database, accountId, innerId } = opened;
    const before = await database.transaction((rows) => look(rows, opened));
    const undone = (name: string) =>
      database.transaction(
        async (rows) => {
          await rows.accounts.update(may(accountId), { isLocked: true });
          await rows.folders.update(may(innerId), { name });
          const found = await look(rows, opened);
          assert.deepEqual([found.isLocked, found.above[0]], [true, name]);
          throw new Error("refused");
        },
        { isBrief },
      );
    const after = () => database.transaction((rows) => look(rows, opened), { isBrief });
    const ended = await Promise.allSettled([after(), undone("one"), after(), undone("two"), after()]);
    assert.deepEqual(
      ended.map((each) => (each.status === "fulfilled" ? each.value : String(each.reason))),
      [before, "Error: refused", before, "Error: refused", before],
    );
    assert.deepEqual(await database.transaction((rows) => look(rows, opened)), before);
  });
}

test("removed rows are not seen either", async () => {
  await using opened = await open();
  const { database } = opened;
  await database.transaction((rows) => look(rows, opened));
  await database.transaction(async (rows) => {
    assert.ok(await rows.files.findById("file-0"));
    await rows.files.removeMany([may("file-0")]);
    assert.equal(await rows.files.findById("file-0"), undefined);
  });
  assert.equal(await database.transaction((rows) => rows.files.findById("file-0")), undefined);
});

test("rows read outside of transactions stay cached when tokens are created, and the tokens are found", async () => {
  await using opened = await open();
  const { database, accountId } = opened;
  // The check for commits of others runs only now and then.
  const clock = mock.method(performance, "now", () => 0);
  try {
    await look(database, opened);
    for (const hash of ["one", "two"]) {
      assert.equal(await database.downloadTokens.findByHash(hash), undefined);
      await database.downloadTokens.create(tokenOf(hash, accountId));
      assert.equal(await readsOf(() => look(database, opened)), 0);
      assert.equal((await database.downloadTokens.findByHash(hash))?.hash, hash);
    }
    await database.transaction(async (rows) => {
      await rows.accounts.update(may(accountId), { isLocked: true });
      await rows.downloadTokens.create(tokenOf("three", accountId));
    });
    assert.equal((await look(database, opened)).isLocked, true);
  } finally {
    clock.mock.restore();
  }
});
