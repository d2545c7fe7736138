import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Files arriving in parts. The rows of parts are removed in steps before their upload's, so that no removal takes long.
 */
export function addPartUploads({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("part_uploads")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("account_id", text, (column) => column.notNull())
        .addColumn("folder_id", wholeNumber, (column) => column.notNull())
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("content_type", text, (column) => column.notNull())
        .addColumn("domain", wholeNumber, (column) => column.notNull())
        .addColumn("password_hash", text)
        .addColumn("bytes_key", text, (column) => column.notNull().unique())
        .addColumn("transfer", text, (column) => column.notNull())
        .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("part_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("received_parts", wholeNumber, (column) => column.notNull())
        .addColumn("received_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("whirlpool", text)
        .addColumn("file", text)
        .addColumn("is_held", wholeNumber, (column) => column.notNull())
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("expires_at", wholeNumber, (column) => column.notNull()),
    ).execute();
    await finish(
      schema
        .createTable("upload_parts")
        .addColumn("upload_id", text, (column) => column.notNull())
        .addColumn("number", wholeNumber, (column) => column.notNull())
        .addColumn("sha256", text, (column) => column.notNull())
        .addColumn("tag", text, (column) => column.notNull())
        .addPrimaryKeyConstraint("upload_parts_pk", ["upload_id", "number"]),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("part_uploads");
    const isHeld = sql<boolean>`${sql.ref("is_held")} = 1`;
    await index("part_uploads_held").columns(["account_id", "created_at", "id", "size_bytes"]).where(isHeld).execute();
    await index("part_uploads_account").columns(["account_id", "expires_at"]).execute();
    await index("part_uploads_end").column("expires_at").execute();
  };
}
