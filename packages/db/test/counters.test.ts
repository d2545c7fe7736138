import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { Database } from "@consigne/core";
import { openSqliteDatabase } from "../src/index.ts";
import { makeFolder } from "./_folder.ts";

const time = new Date("2026-01-31T09:20:30Z");

async function createContents(database: Database): Promise<{ accountId: string; rootId: number; innerId: number }> {
  const account = await database.accounts.create({
    id: "owner",
    email: "owner@example.org",
    passwordHash: "$",
    planId: "unlimited",
    planEndsAt: undefined,
    isAdmin: false,
    isLocked: false,
    settings: {} as never,
    createdAt: time,
  });
  const share = { publicShareId: undefined, sharePasswordHash: undefined };
  const place = { accountId: account.id, createdAt: time, ...share };
  const inner = await database.folders.create({ ...place, parentId: account.rootFolderId, name: "inner" });
  await database.folders.create({ ...place, parentId: inner.id, name: "innermost" });
  await database.blobs.create({
    id: "content",
    key: "bytes",
    whirlpool: "w",
    sizeBytes: 5,
    createdAt: time,
    damagedAt: undefined,
  });
  for (const [index, folderId] of [account.rootFolderId, inner.id, inner.id].entries()) {
    await database.files.create({
      id: `file-${index}`,
      accountId: account.id,
      folderId,
      name: "a",
      blobId: "content",
      blobKey: "bytes",
      isDamaged: false,
      sizeBytes: 5,
      whirlpool: "w",
      contentType: "text/plain",
      domain: 0,
      description: "",
      passwordHash: undefined,
      accessList: undefined,
      isInline: false,
      isSslDisabled: false,
      isCdn: false,
      removalCode: "code",
      createdAt: time,
    });
  }
  return { accountId: account.id, rootId: account.rootFolderId, innerId: inner.id };
}

test("finds wrong counters, says what is counted, and corrects them", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const { accountId, rootId, innerId } = await createContents(database);
  const other = new DatabaseSync(folder.file);
  other.exec("update accounts set file_count = 9, size_bytes = 99");
  other.exec(`update folders set size_bytes = 1 where id = ${innerId}`);
  other.exec("update folders set levels_below = 7");
  other.close();
  const { deviations: accounts } = await database.counters.compareAccounts(undefined, 10);
  assert.deepEqual(accounts, [
    {
      of: "account",
      id: accountId,
      kept: { fileCount: 9, sizeBytes: 99 },
      counted: { fileCount: 3, sizeBytes: 15 },
    },
  ]);
  const { deviations: folders } = await database.counters.compareFolders(undefined, 10);
  assert.deepEqual(
    folders.map(({ id }) => id),
    [rootId, innerId, innerId + 1],
  );
  assert.deepEqual(folders[1]?.kept, { fileCount: 2, sizeBytes: 1, levelsBelow: 7 });
  for (const deviation of [...accounts, ...folders]) await database.counters.recount(deviation);
  assert.deepEqual(await database.files.getUsage(accountId), { fileCount: 3, sizeBytes: 15 });
  assert.deepEqual(await database.folders.getCounters(innerId), { fileCount: 2, sizeBytes: 10, levelsBelow: 1 });
  assert.deepEqual((await database.counters.compareAccounts(undefined, 10)).deviations, []);
  assert.deepEqual((await database.counters.compareFolders(undefined, 10)).deviations, []);
  await database.close();
});
