import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Additional links store their owner, so that a password reset can list and turn off all of them. */
export function noteOwnersOfLinks({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema.alterTable("links").addColumn("owner_id", text).execute();
    await sql`
      update links set owner_id = coalesce(
        (select account_id from files where files.id = links.file_id),
        (select account_id from folders where folders.id = links.folder_id),
        (select account_id from trash_files where trash_files.id = links.trashed_file_id),
        (select account_id from trash_entries join trash_folders on trash_folders.entry_id = trash_entries.id
          where trash_folders.id = links.trashed_folder_id))`.execute(db);
    const isOpen = sql<boolean>`is_on = 1 and coalesce(file_id, trashed_file_id, '') <> id`;
    await db.schema
      .createIndex("links_owner")
      .on("links")
      .columns(["owner_id", "created_at", "id"])
      .where(isOpen)
      .execute();
  };
}
