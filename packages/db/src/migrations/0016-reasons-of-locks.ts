import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Locks store their reason in words; earlier releases stored the numbers of the 1fichier.com API. */
export function sayReasonsOfLocks({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema
      .alterTable("flood_locks")
      .addColumn("reason", text, (column) => column.notNull().defaultTo("calls"))
      .execute();
    await sql`
      update flood_locks set reason = case rule_number
        when 38 then 'account-info' when 218 then 'account-info' when 223 then 'listings'
        when 412 then 'guesses' when 375 then 'abuse' else 'calls' end`.execute(db);
    await db.schema.alterTable("flood_locks").dropColumn("rule_number").execute();
  };
}
