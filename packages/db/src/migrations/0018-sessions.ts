import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Where people are signed in. */
export function addSessions({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("sessions")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("hash", text, (column) => column.notNull().unique())
        .addColumn("life", text, (column) => column.notNull())
        .addColumn("proved_at", wholeNumber, (column) => column.notNull())
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("last_used_at", wholeNumber, (column) => column.notNull())
        .addColumn("ends_at", wholeNumber, (column) => column.notNull())
        .addColumn("address", text, (column) => column.notNull())
        .addColumn("bound_address", text)
        .addColumn("user_agent", text, (column) => column.notNull()),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("sessions");
    await index("sessions_account").columns(["account_id", "last_used_at", "id"]).execute();
    await index("sessions_end").columns(["ends_at", "id"]).execute();
  };
}
