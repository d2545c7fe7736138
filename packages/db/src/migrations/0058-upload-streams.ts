import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Additional columns for uploads in parts that are sent as a stream, and the beginning of their next part. */
export function addUploadStreams({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("upload_streams")
        .addColumn("upload_id", text, (column) => column.notNull().primaryKey())
        .addColumn("metadata", text, (column) => column.notNull())
        .addColumn("tail_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("tail_tag", text, (column) => column.notNull())
        .addColumn("tail_leaves", text, (column) => column.notNull()),
    ).execute();
  };
}
