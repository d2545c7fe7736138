import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** On a full disk the oldest of a trash yields; what is being put back does not. */
export function letTrashYield({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema
      .alterTable("trash_entries")
      .addColumn("is_restoring", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
  };
}
