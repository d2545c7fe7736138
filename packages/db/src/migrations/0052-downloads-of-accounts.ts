import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * How often the files of an account were downloaded, including files that are gone, so that no page has to add up all
 * files.
 */
export function countDownloadsOfAccounts({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema
      .alterTable("accounts")
      .addColumn("download_count", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`
      update accounts set download_count = coalesce((
        select sum(download_count) from files where files.account_id = accounts.id), 0)`.execute(db);
  };
}
