import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** What the server remembers about its own work, and when a guest's file was last used. */
export function addHousekeeping({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    const { schema } = db;
    await finish(
      schema
        .createTable("notes")
        .addColumn("topic", text, (column) => column.notNull())
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("value", text, (column) => column.notNull())
        .addColumn("noted_at", wholeNumber, (column) => column.notNull())
        .addPrimaryKeyConstraint("notes_key", ["topic", "name"]),
    ).execute();
    await schema.alterTable("files").addColumn("guest_used_at", wholeNumber).execute();
    await sql`update files set guest_used_at = created_at where account_id is null`.execute(db);
    await schema
      .createIndex("files_of_guests")
      .on("files")
      .columns(["guest_used_at", "id"])
      .where(sql.ref("guest_used_at"), "is not", null)
      .execute();
  };
}
