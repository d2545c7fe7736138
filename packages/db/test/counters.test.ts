import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openSqliteDatabase } from "../src/index.ts";
import { createContents } from "./_contents.ts";
import { makeFolder } from "./_folder.ts";

test("a recount finds and corrects wrong counters, and says what it counts", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const { accountId, rootId, innerId } = await createContents(database);
  const other = new DatabaseSync(folder.file);
  other.exec("update accounts set file_count = 9, size_bytes = 99, folder_count = 4, trash_count = 5, trash_bytes = 7");
  other.exec("update accounts set version_count = 2, version_bytes = 3");
  other.exec(`update folders set size_bytes = 1 where id = ${innerId}`);
  other.exec("update folders set levels_below = 7");
  other.close();
  const { deviations: accounts } = await database.counters.compareAccounts(undefined, 10);
  assert.deepEqual(accounts, [
    {
      of: "account",
      id: accountId,
      kept: {
        fileCount: 9,
        sizeBytes: 99,
        folderCount: 4,
        trashCount: 5,
        trashBytes: 7,
        versionCount: 2,
        versionBytes: 3,
      },
      counted: {
        fileCount: 3,
        sizeBytes: 15,
        folderCount: 2,
        trashCount: 0,
        trashBytes: 0,
        versionCount: 0,
        versionBytes: 0,
      },
    },
  ]);
  const { deviations: folders } = await database.counters.compareFolders(undefined, 10);
  assert.deepEqual(
    folders.map(({ id }) => id),
    [rootId, innerId, innerId + 1],
  );
  assert.deepEqual(folders[1]?.kept, { fileCount: 2, sizeBytes: 1, folderCount: 1, levelsBelow: 7 });
  for (const deviation of [...accounts, ...folders]) await database.counters.recount(deviation);
  assert.deepEqual(await database.files.getUsage(accountId), { fileCount: 3, sizeBytes: 15 });
  assert.equal(await database.accounts.countEntries(accountId), 5);
  assert.deepEqual(await database.trash.getUsage(accountId), { count: 0, sizeBytes: 0 });
  assert.deepEqual(await database.versions.getUsage(accountId), { count: 0, sizeBytes: 0 });
  assert.deepEqual(await database.folders.getCounters(innerId), {
    fileCount: 2,
    sizeBytes: 10,
    folderCount: 1,
    levelsBelow: 1,
  });
  assert.deepEqual((await database.counters.compareAccounts(undefined, 10)).deviations, []);
  assert.deepEqual((await database.counters.compareFolders(undefined, 10)).deviations, []);
  await database.close();
});
