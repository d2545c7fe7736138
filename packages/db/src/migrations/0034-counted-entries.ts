import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * How many folders are directly in each folder, so that a listing knows its length, and how often files were
 * downloaded.
 */
export function countEntries({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema
      .alterTable("folders")
      .addColumn("folder_count", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`
      update folders set folder_count =
        (select count(*) from folders as child where child.parent_id = folders.id)`.execute(db);
    await db.schema
      .alterTable("files")
      .addColumn("download_count", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    const index = db.schema.createIndex("files_by_downloads").on("files");
    await index.columns(["folder_id", "download_count", "id"]).execute();
  };
}
