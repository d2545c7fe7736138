import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Why sessions ended, for the browsers that still have their tokens. */
export function noteEndedSessions({
  text,
  wholeNumber,
  finish,
}: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("ended_sessions")
        .addColumn("hash", text, (column) => column.notNull().primaryKey())
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("life", text, (column) => column.notNull())
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("ends_at", wholeNumber, (column) => column.notNull())
        .addColumn("ended_as", text, (column) => column.notNull())
        .addColumn("ended_at", wholeNumber, (column) => column.notNull()),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("ended_sessions");
    await index("ended_sessions_account").columns(["account_id", "ended_at", "hash"]).execute();
    await index("ended_sessions_end").columns(["ended_at", "hash"]).execute();
  };
}
