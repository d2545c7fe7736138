import { sql } from "kysely";
import type { PreparedWrite, TransactionRows } from "../row-source.ts";
import { placeholderRows } from "./value-rows.ts";

/** Counts one download for each of these files, and for their accounts. */
export async function countDownloads(rows: TransactionRows, ids: readonly string[]): Promise<void> {
  const given = ids.map((id) => [id]);
  await rows.writePrepared(ofFiles, given);
  await rows.writePrepared(ofAccounts, given);
}

const ofFiles: PreparedWrite<unknown> = {
  name: "count-downloads-of-files",
  most: 256,
  build: (db, rowCount) =>
    sql`
    with given(id) as (${placeholderRows(["text"], rowCount)})
    update files set download_count = download_count + 1 where id in (select given.id from given)`.compile(db),
};

const ofAccounts: PreparedWrite<unknown> = {
  name: "count-downloads-of-accounts",
  most: 256,
  build: (db, rowCount) =>
    sql`
    with given(id) as (${placeholderRows(["text"], rowCount)})
    update accounts set download_count = download_count + (
      select count(*) from files where files.id in (select given.id from given) and files.account_id = accounts.id)
    where id in (select account_id from files
      where files.id in (select given.id from given) and account_id is not null)`.compile(db),
};
