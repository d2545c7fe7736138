import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * How many folders an account has besides its root, for the limit on files and folders, which is checked for each new
 * one.
 */
export function countFolders({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema
      .alterTable("accounts")
      .addColumn("folder_count", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`
      update accounts set folder_count =
        (select count(*) from folders where folders.account_id = accounts.id and folders.parent_id is not null)`.execute(
      db,
    );
  };
}
