import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** A quota that the operator gave to one account, in place of its plan's. */
export function addQuotas({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("accounts").addColumn("quota_bytes", wholeNumber).execute();
  };
}
