import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Removed entries that can be restored. They are in separate tables, with all columns, so that queries for files and
 * folders cannot see them by mistake.
 */
export function addTrash(dialect: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    const { text, wholeNumber, identity, finish } = dialect;
    const { schema } = db;
    for (const column of ["trash_count", "trash_bytes"]) {
      const add = schema.alterTable("accounts");
      await add.addColumn(column, wholeNumber, (each) => each.notNull().defaultTo(0)).execute();
    }
    await finish(
      schema
        .createTable("trash_entries")
        .addColumn("id", wholeNumber, (column) => identity(column))
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("is_folder", wholeNumber, (column) => column.notNull())
        .addColumn("target_id", text, (column) => column.notNull())
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("place", text, (column) => column.notNull())
        .addColumn("levels", wholeNumber, (column) => column.notNull())
        .addColumn("removed_at", wholeNumber, (column) => column.notNull())
        .addColumn("ends_at", wholeNumber, (column) => column.notNull())
        .addColumn("removed_by", text, (column) => column.notNull())
        .addColumn("item_count", wholeNumber, (column) => column.notNull())
        .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("is_open", wholeNumber, (column) => column.notNull())
        .addColumn("is_ended", wholeNumber, (column) => column.notNull()),
    ).execute();
    await addIndexes(db);
    await createContents(db, dialect);
  };
}

async function addIndexes({ schema }: Kysely<unknown>): Promise<void> {
  const index = (name: string) => schema.createIndex(name).on("trash_entries");
  const kept = sql<boolean>`${sql.ref("is_ended")} = 0`;
  await index("trash_entries_account").columns(["account_id", "id"]).where(kept).execute();
  await index("trash_entries_end").columns(["ends_at", "id"]).where(kept).execute();
  await index("trash_entries_ended").column("id").where(sql.ref("is_ended"), "=", sql.lit(1)).execute();
  await index("trash_entries_open")
    .columns(["account_id", "target_id"])
    .where(sql.ref("is_open"), "=", sql.lit(1))
    .execute();
}

async function createContents({ schema }: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const { text, wholeNumber, identity, finish } = dialect;
  await finish(
    schema
      .createTable("trash_folders")
      // What was taken later is above what was taken earlier.
      .addColumn("place", wholeNumber, (column) => identity(column))
      .addColumn("entry_id", wholeNumber, (column) => column.notNull().references("trash_entries.id"))
      .addColumn("id", wholeNumber, (column) => column.notNull().unique())
      .addColumn("parent_id", wholeNumber, (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addColumn("public_share_id", text, (column) => column.unique())
      .addColumn("share_password_hash", text),
  ).execute();
  await schema.createIndex("trash_folders_entry").on("trash_folders").columns(["entry_id", "place"]).execute();
  await finish(
    schema
      .createTable("trash_files")
      .addColumn("id", text, (column) => column.notNull().primaryKey())
      .addColumn("entry_id", wholeNumber, (column) => column.notNull().references("trash_entries.id"))
      .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
      .addColumn("folder_id", wholeNumber, (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("sort_name", text, (column) => column.notNull())
      .addColumn("blob_key", text, (column) => column.notNull().references("blobs.key").onUpdate("cascade"))
      .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
      .addColumn("content_type", text, (column) => column.notNull())
      .addColumn("domain", wholeNumber, (column) => column.notNull())
      .addColumn("description", text, (column) => column.notNull())
      .addColumn("password_hash", text)
      .addColumn("access_list", text)
      .addColumn("is_inline", wholeNumber, (column) => column.notNull())
      .addColumn("is_ssl_disabled", wholeNumber, (column) => column.notNull())
      .addColumn("is_cdn", wholeNumber, (column) => column.notNull())
      .addColumn("removal_code", text, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addColumn("guest_used_at", wholeNumber)
      .addColumn("download_count", wholeNumber, (column) => column.notNull()),
  ).execute();
  await schema.createIndex("trash_files_entry").on("trash_files").columns(["entry_id", "id"]).execute();
  await schema.createIndex("trash_files_blob").on("trash_files").columns(["blob_key", "id"]).execute();
}
