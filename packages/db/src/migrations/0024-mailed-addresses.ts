import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** The address that a mailed link is to make that of the account. */
export function noteAddressesOfTokens({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("mailed_tokens").addColumn("email", text).execute();
  };
}
