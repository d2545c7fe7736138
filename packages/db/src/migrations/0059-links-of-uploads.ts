import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Links of uploads in parts that are given out before their files have arrived, and the pace of those uploads. */
export function addLinksOfUploads({
  text,
  wholeNumber,
  finish,
}: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("upload_links")
        .addColumn("upload_id", text, (column) => column.notNull().primaryKey())
        .addColumn("link_id", text, (column) => column.notNull().unique())
        .addColumn("paced_since", wholeNumber, (column) => column.notNull())
        .addColumn("paced_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("last_bytes_at", wholeNumber, (column) => column.notNull()),
    ).execute();
  };
}
