import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** The total size of the texts of an import's entries, so that no source can fill the disk with names. */
export function countTextsOfImports({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema
      .alterTable("imports")
      .addColumn("text_bytes", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`
      update imports set text_bytes = coalesce((
        select sum(octet_length(reference) + octet_length(name) + coalesce(octet_length(messages), 0))
        from import_entries where import_entries.import_id = imports.id), 0)`.execute(db);
  };
}
