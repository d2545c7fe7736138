import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Download tokens that were got by a shared folder end with the share. After the table was made anew by 0041. */
export function noteSharesOfTokens({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema
      .alterTable("download_tokens")
      .addColumn("is_by_share", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
  };
}
