import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Who was invited to create an account, with hashes of the mailed links. */
export function addInvitations({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("invitations")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("email", text, (column) => column.notNull())
        .addColumn("email_key", text, (column) => column.notNull())
        .addColumn("plan_id", text, (column) => column.notNull())
        .addColumn("quota_bytes", wholeNumber)
        .addColumn("language", text, (column) => column.notNull())
        .addColumn("invited_by", text)
        .addColumn("hash", text, (column) => column.unique())
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("mailed_at", wholeNumber)
        .addColumn("ends_at", wholeNumber, (column) => column.notNull())
        .addColumn("ended_as", text)
        .addColumn("ended_at", wholeNumber),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("invitations");
    await index("invitations_open").unique().column("email_key").where(sql.ref("ended_at"), "is", null).execute();
    await index("invitations_created").columns(["created_at", "id"]).execute();
    await index("invitations_end").columns(["ends_at", "id"]).execute();
  };
}
