import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** What changed in an account, for those who watch it. One row for each thing that changed. */
export function noteChanges({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("changes")
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("topic", text, (column) => column.notNull())
        .addColumn("object", wholeNumber, (column) => column.notNull())
        .addColumn("number", wholeNumber, (column) => column.notNull())
        .addPrimaryKeyConstraint("changes_key", ["account_id", "topic", "object"]),
    ).execute();
    await schema.createIndex("changes_number").on("changes").columns(["account_id", "number"]).execute();
  };
}
