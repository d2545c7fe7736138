import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * What is to be told of fetches, in no language (`message` keeps the sentences of before); which names of an import collide;
 * and an index that says of a job that waits all that a claim asks.
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
