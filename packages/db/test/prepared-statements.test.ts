import { may } from "@consigne/core/testing";
import type { Repositories } from "@consigne/core";
import { SqliteQueryCompiler } from "kysely";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqliteDatabase } from "../src/index.ts";
import { createContents, tokenOf } from "./_contents.ts";
import { makeFolderWithTables } from "./_folder.ts";

const time = new Date("2026-01-31T09:20:30Z");

/** How many statements `work` builds. */
async function builtBy(work: () => Promise<unknown>): Promise<number> {
  const { prototype } = SqliteQueryCompiler;
  const { compileQuery } = prototype;
  let count = 0;
  prototype.compileQuery = function counted(...given) {
    count++;
    return compileQuery.apply(this, given);
  };
  try {
    await work();
  } finally {
    Reflect.deleteProperty(prototype, "compileQuery");
  }
  return count;
}

test("the statements for tokens, downloads and folders are prepared once", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  const { accountId, innerId } = await createContents(database);
  const make = (name: string) =>
    database.transaction(async (rows) => {
      await rows.accounts.findById(accountId);
      await rows.folders.listAncestry(innerId);
      await rows.accounts.countEntries(accountId);
      await rows.trash.getUsage(accountId);
      await rows.versions.getUsage(accountId);
      const share = { publicShareId: undefined, sharePasswordHash: undefined };
      await rows.folders.create({ ...share, accountId, parentId: may(innerId), name, createdAt: time });
      const by = { accountId, apiKeyId: undefined, address: "192.0.2.7" };
      await rows.audit.append([{ ...by, id: name, at: time, action: "folder.create", objectId: name, details: {} }]);
      await rows.downloadTokens.create(tokenOf(name, accountId));
      await rows.downloadTokens.start(name, time, "192.0.2.7");
      await removeTwo(rows, name);
    });
  /** Removes one permanently and moves one to the trash, for accounts without and with a trash. */
  const removeTwo = async (rows: Repositories, name: string) => {
    const share = { publicShareId: undefined, sharePasswordHash: undefined };
    const place = { ...share, accountId, parentId: may(innerId), createdAt: time };
    const [gone, trashed] = [
      await rows.folders.create({ ...place, name: `${name} gone` }),
      await rows.folders.create({ ...place, name: `${name} trashed` }),
    ];
    await rows.folders.getCounters(gone.id);
    await rows.folders.remove(may(gone.id));
    const entry = { accountId, kind: "folder" as const, targetId: String(trashed.id), name, place: [], levels: 1 };
    const [entryId = 0] = await rows.trash.createMany([
      { ...entry, removedAt: time, endsAt: time, removedByKeyId: undefined, isOpen: true },
    ]);
    assert.deepEqual(await rows.trash.takeFolders(entryId, [may(trashed.id)]), [trashed.id]);
    await rows.trash.close(entryId);
  };
  assert.ok((await builtBy(() => make("first"))) > 0);
  assert.equal(await builtBy(() => make("second")), 0);
  const kept = await database.folders.listChildren(innerId, { limit: 9 });
  assert.deepEqual(
    kept.map(({ name }) => name),
    ["first", "innermost", "second"],
  );
  assert.equal((await database.downloadTokens.findByHash("second"))?.clientAddress, "192.0.2.7");
  assert.equal(await database.files.countDownloads(accountId), 2);
  await database.close();
});
