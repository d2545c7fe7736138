import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** The future e-mail address of the account, for a mailed link that changes it. */
export function noteAddressesOfTokens({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("mailed_tokens").addColumn("email", text).execute();
  };
}
