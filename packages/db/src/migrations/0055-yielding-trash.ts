import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** On a full disk, the oldest trash is removed, but not what is being restored. */
export function letTrashYield({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema
      .alterTable("trash_entries")
      .addColumn("is_restoring", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
  };
}
