import { may } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultAccountSettings } from "@consigne/core";
import { openSqliteDatabase } from "../src/index.ts";
import { ReadCache } from "../src/sqlite/read-cache.ts";
import { makeFolderWithTables } from "./_folder.ts";

const account = {
  id: "a1",
  email: "owner@example.org",
  passwordHash: "",
  planId: "unlimited",
  planEndsAt: undefined,
  quotaBytes: undefined,
  isAdmin: false,
  isLocked: false,
  removesAt: undefined,
  settings: defaultAccountSettings,
  createdAt: new Date(0),
} as const;

test("reads see the latest commit, however often they asked before", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  const { rootFolderId } = await database.accounts.create(account);
  const child = await database.folders.create({
    accountId: account.id,
    parentId: may(rootFolderId),
    name: "0",
    createdAt: new Date(0),
    publicShareId: undefined,
    sharePasswordHash: undefined,
  });
  for (let round = 1; round <= 50; round++) {
    const reads = Promise.all([0, 1, 2].map(() => database.folders.findById(child.id)));
    await database.transaction(async (rows) => {
      await rows.folders.update(may(child.id), { name: String(round) });
      // If it were cached now, it would be older than the commit.
      assert.equal((await database.folders.findById(child.id))?.name, String(round - 1));
      assert.equal((await rows.folders.findById(child.id))?.name, String(round));
    });
    assert.equal((await database.folders.findById(child.id))?.name, String(round));
    await reads;
    assert.equal((await database.folders.findById(child.id))?.name, String(round));
  }
  await database.close();
});

test("reads come to see another connection's commit", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  const other = await openSqliteDatabase({ path: folder.file });
  const { rootFolderId } = await database.accounts.create(account);
  assert.ok(await database.folders.findById(rootFolderId));
  await other.folders.update(may(rootFolderId), { publicShareId: "shared" });
  const startedAt = performance.now();
  while ((await database.folders.findById(rootFolderId))?.publicShareId === undefined) {
    assert.ok(performance.now() - startedAt < 60_000, "the commit is not seen");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all([database.close(), other.close()]);
});

test("a missing row is found once it exists", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  assert.equal(await database.folders.findById(1), undefined);
  const { rootFolderId } = await database.accounts.create(account);
  assert.equal(rootFolderId, 1);
  assert.ok(await database.folders.findById(1));
  await database.close();
});

test("the cache is bounded by its bytes, however few rows it contains", () => {
  const cache = new ReadCache();
  const keep = (key: string, text: string) => {
    const rows = [{ text }];
    cache.keep(key, { entities: rows, rows, moment: cache.moment });
  };
  keep("huge", "x".repeat(1024 * 1024));
  assert.equal(cache.find("huge"), undefined);
  const large = "x".repeat(16 * 1024);
  const keys = Array.from({ length: 1000 }, (_, index) => String(index));
  for (const key of keys) keep(key, large);
  const keptBytes = keys.filter((key) => cache.find(key) !== undefined).length * large.length;
  assert.ok(keptBytes > 0 && keptBytes < 8 * 1024 * 1024, `${keptBytes} bytes are kept`);
  assert.ok(cache.find("999"));
});
