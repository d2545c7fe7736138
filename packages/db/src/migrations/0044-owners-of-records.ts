import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** What somebody did to another account's files and folders is also part of that account's activity. */
export function noteOwnersOfRecords({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    for (const column of ["owner_id", "owner_email", "known_as"])
      await schema.alterTable("audit_records").addColumn(column, text).execute();
    const index = (name: string) => schema.createIndex(name).on("audit_records");
    await index("audit_records_owner")
      .columns(["owner_id", "at", "sequence"])
      .where(sql.ref("owner_id"), "is not", null)
      .execute();
    // The limit per account excludes what belongs to others.
    await schema.dropIndex("audit_records_account").execute();
    await index("audit_records_account").columns(["account_id", "at", "sequence", "owner_id"]).execute();
  };
}
