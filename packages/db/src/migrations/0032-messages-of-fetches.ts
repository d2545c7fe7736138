import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Messages about fetches, independent of language (`message` keeps the earlier sentences); which names of an import
 * collide; and an index with everything that a claim needs to know about waiting jobs.
 */
export function addMessagesOfFetches({ text, wholeNumber }: SchemaDialect) {
  return async ({ schema }: Kysely<unknown>): Promise<void> => {
    for (const table of ["remote_items", "imports", "import_entries"]) {
      await schema.alterTable(table).addColumn("messages", text).execute();
    }
    await schema
      .alterTable("import_entries")
      .addColumn("collides", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await schema
      .createIndex("import_entries_collisions")
      .on("import_entries")
      .columns(["import_id", "place"])
      .where(sql.ref("collides"), "=", sql.lit(1))
      .execute();
    await schema
      .createIndex("jobs_claimable")
      .on("jobs")
      .columns(["priority", "turn", "id", "kind", "account_id", "lane"])
      .where(sql.ref("state"), "=", sql.lit("ready"))
      .execute();
    await schema.dropIndex("jobs_ready").execute();
  };
}
