import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** A link that was found to be expired stays so if the clock is set back. */
export function noteEndedLinks({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema
      .alterTable("links")
      .addColumn("has_ended", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    const isToEnd = sql<boolean>`${sql.ref("has_ended")} = 0 and ${sql.ref("ends_at")} is not null`;
    await schema.createIndex("links_to_end").on("links").column("ends_at").where(isToEnd).execute();
  };
}
