import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Download tokens obtained through a shared folder end with the share. Must follow 0041, which recreates the table. */
export function noteSharesOfTokens({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema
      .alterTable("download_tokens")
      .addColumn("is_by_share", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
  };
}
