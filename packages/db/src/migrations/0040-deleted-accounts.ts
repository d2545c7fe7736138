import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** When an account that its owner deleted will be removed. */
export function noteDeletedAccounts({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("accounts").addColumn("removes_at", wholeNumber).execute();
    await schema
      .createIndex("accounts_due")
      .on("accounts")
      .columns(["removes_at", "id"])
      .where(sql.ref("removes_at"), "is not", null)
      .execute();
  };
}
