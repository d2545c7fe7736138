import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Finds what any account removed first, and how much lies in all trashes: on a full disk the oldest yields. What is being
 * put back does not.
 */
export function letTrashYield({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema
      .alterTable("trash_entries")
      .addColumn("is_restoring", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await schema
      .createIndex("trash_entries_age")
      .on("trash_entries")
      .columns(["removed_at", "id"])
      .where(sql<boolean>`${sql.ref("is_ended")} = 0`)
      .execute();
    await schema
      .createIndex("accounts_trash")
      .on("accounts")
      .column("trash_bytes")
      .where(sql<boolean>`${sql.ref("trash_bytes")} > 0`)
      .execute();
  };
}
