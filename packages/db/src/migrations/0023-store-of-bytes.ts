import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Which store holds the bytes of these rows. */
export function nameStoreOfBytes({ text, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("byte_stores")
        .addColumn("role", text, (column) => column.notNull().primaryKey())
        .addColumn("id", text, (column) => column.notNull()),
    ).execute();
  };
}
