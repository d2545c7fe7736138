import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openSqliteDatabase } from "../src/index.ts";
import { createContents } from "./_contents.ts";
import { makeFolder } from "./_folder.ts";

test("a listing does not read access lists, which may be large in older data", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const { accountId, innerId } = await createContents(database);
  const raw = new DatabaseSync(folder.file);
  raw.exec("update files set access_list = 'not even JSON'");
  raw.close();
  const areRestricted = (files: { isRestricted: boolean }[]) => files.map(({ isRestricted }) => isRestricted);
  assert.deepEqual(areRestricted(await database.files.listByFolder(innerId, { limit: 10 })), [true, true]);
  assert.deepEqual(areRestricted(await database.files.listByAccount(accountId, { limit: 10 })), [true, true, true]);
  await database.close();
});
