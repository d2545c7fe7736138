import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Additional links of files and folders; they follow their target, even to the trash and back. A download counts for
 * the link that was used.
 */
export function addLinks({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("links")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("file_id", text, (column) => column.references("files.id").onDelete("cascade"))
        .addColumn("folder_id", wholeNumber, (column) => column.references("folders.id").onDelete("cascade"))
        .addColumn("trashed_file_id", text, (column) => column.references("trash_files.id").onDelete("cascade"))
        .addColumn("trashed_folder_id", wholeNumber, (column) =>
          column.references("trash_folders.id").onDelete("cascade"),
        )
        .addColumn("password_hash", text)
        .addColumn("access_list", text)
        .addColumn("ends_at", wholeNumber)
        .addColumn("max_downloads", wholeNumber)
        .addColumn("used_count", wholeNumber, (column) => column.notNull())
        .addColumn("is_on", wholeNumber, (column) => column.notNull())
        .addColumn("note", text, (column) => column.notNull())
        .addColumn("created_at", wholeNumber, (column) => column.notNull()),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("links");
    await index("links_file").columns(["file_id", "created_at", "id"]).execute();
    await index("links_folder").columns(["folder_id", "created_at", "id"]).execute();
    for (const column of ["trashed_file_id", "trashed_folder_id"] as const) {
      const isThere = sql.ref(column);
      await index(`links_${column}`).column(column).where(isThere, "is not", null).execute();
    }
    await schema.alterTable("download_tokens").addColumn("link_id", text).execute();
    await schema
      .createIndex("download_tokens_link")
      .on("download_tokens")
      .column("link_id")
      .where(sql.ref("link_id"), "is not", null)
      .execute();
  };
}
