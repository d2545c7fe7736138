import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Contents that the operator has blocked, whether anybody has them or not. */
export function addContentBlocks({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("content_blocks")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("whirlpool", text, (column) => column.notNull())
        .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("file_id", text, (column) => column.notNull())
        .addColumn("reason", text, (column) => column.notNull())
        .addColumn("blocked_at", wholeNumber, (column) => column.notNull()),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("content_blocks");
    await index("content_blocks_identity").unique().columns(["whirlpool", "size_bytes"]).execute();
    await index("content_blocks_age").columns(["blocked_at", "id"]).execute();
    await schema.alterTable("blobs").addColumn("blocked_at", wholeNumber).execute();
  };
}
