import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Earlier contents of files. A version belongs to a file by its id, wherever the file is, even in the trash. */
export function addVersions(dialect: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    const { text, wholeNumber, identity, finish } = dialect;
    const { schema } = db;
    for (const column of ["version_count", "version_bytes"]) {
      const add = schema.alterTable("accounts");
      await add.addColumn(column, wholeNumber, (each) => each.notNull().defaultTo(0)).execute();
    }
    await finish(
      schema
        .createTable("file_versions")
        .addColumn("id", wholeNumber, (column) => identity(column))
        .addColumn("file_id", text, (column) => column.notNull())
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("blob_key", text, (column) => column.notNull().references("blobs.key").onUpdate("cascade"))
        .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("content_type", text, (column) => column.notNull())
        .addColumn("stored_at", wholeNumber, (column) => column.notNull())
        .addColumn("replaced_at", wholeNumber, (column) => column.notNull())
        .addColumn("ends_at", wholeNumber, (column) => column.notNull())
        .addColumn("replaced_by", text, (column) => column.notNull())
        .addColumn("is_ended", wholeNumber, (column) => column.notNull()),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("file_versions");
    const kept = sql<boolean>`${sql.ref("is_ended")} = 0`;
    await index("file_versions_file").columns(["file_id", "id"]).where(kept).execute();
    await index("file_versions_account").columns(["account_id", "id"]).where(kept).execute();
    await index("file_versions_end").columns(["ends_at", "id"]).where(kept).execute();
    await index("file_versions_ended").column("id").where(sql.ref("is_ended"), "=", sql.lit(1)).execute();
    await index("file_versions_blob").columns(["blob_key", "id"]).execute();
  };
}
