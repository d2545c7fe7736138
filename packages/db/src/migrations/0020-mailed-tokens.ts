import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Secrets sent by mail, as hashes. */
export function addMailedTokens({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("mailed_tokens")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("hash", text, (column) => column.notNull().unique())
        .addColumn("purpose", text, (column) => column.notNull())
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("ends_at", wholeNumber, (column) => column.notNull())
        .addColumn("ended_as", text)
        .addColumn("ended_at", wholeNumber),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("mailed_tokens");
    await index("mailed_tokens_account").columns(["account_id", "purpose", "created_at"]).execute();
    await index("mailed_tokens_usable").column("account_id").where(sql.ref("ended_at"), "is", null).execute();
    await index("mailed_tokens_end").columns(["ends_at", "id"]).execute();
  };
}
