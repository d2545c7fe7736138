import { may } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openSqliteDatabase } from "../src/index.ts";
import { createContents } from "./_contents.ts";
import { makeFolder } from "./_folder.ts";

/** Far more rows than one step skips. */
const MANY = 90_000;

test("positions several steps away are found, before and after changes", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const { accountId, rootId } = await createContents(database);
  const raw = new DatabaseSync(folder.file);
  raw.exec(`
    delete from files where folder_id = ${rootId};
    insert into files (id, account_id, folder_id, name, sort_name, blob_key, size_bytes, content_type, domain,
      description, is_inline, is_ssl_disabled, is_cdn, removal_code, created_at)
    with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < ${MANY - 1})
    select printf('f%06d', n), '${accountId}', ${rootId}, printf('%06d', n), printf('%06d', n),
      (select key from blobs limit 1), n / 7, 'image/png', 0, '', 0, 0, 0, 'r', n from numbers;
    update folders set file_count = ${MANY} where id = ${rootId};`);
  raw.close();
  const numbers = async (skip: number, isDescending = false, sort: "name" | "size" = "name") => {
    const span = { sort, isDescending, condition: undefined, skip, limit: 3 };
    return (await database.entries.listFiles(rootId, span)).entries.map(({ id }) => Number(id.slice(1)));
  };
  for (let time = 0; time < 2; time++) {
    for (const skip of [19_999, 20_000, 20_001, 44_999, 45_001, 60_000, MANY - 2]) {
      const expected = [skip, skip + 1, skip + 2].filter((place) => place < MANY);
      assert.deepEqual(await numbers(skip), expected);
      assert.deepEqual(
        await numbers(skip, true),
        expected.map((place) => MANY - 1 - place),
      );
      assert.deepEqual(await numbers(skip, false, "size"), expected);
    }
  }
  await database.files.updateMany([{ id: may("f000000"), changes: { name: "z" } }]);
  assert.deepEqual(await numbers(20_000), [20_001, 20_002, 20_003]);
  assert.deepEqual(await numbers(MANY - 2), [MANY - 1, 0]);
  await database.close();
});
