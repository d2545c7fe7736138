import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Counters of what an account stores and what is directly in a folder: needed for each upload, so no longer summed up
 * each time.
 */
export function addUsageCounters({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    for (const table of ["accounts", "folders"]) {
      for (const counter of ["file_count", "size_bytes"]) {
        await db.schema
          .alterTable(table)
          .addColumn(counter, wholeNumber, (column) => column.notNull().defaultTo(0))
          .execute();
      }
    }
    for (const [table, reference] of [
      ["accounts", "account_id"],
      ["folders", "folder_id"],
    ] as const) {
      const own = sql`from files where files.${sql.ref(reference)} = ${sql.ref(`${table}.id`)}`;
      await sql`
        update ${sql.table(table)} set
          file_count = (select count(*) ${own}),
          size_bytes = (select coalesce(sum(size_bytes), 0) ${own})`.execute(db);
    }
  };
}
