import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** How many levels of folders are below each folder, so that a move can check the depth without walking the tree. */
export function addLevelsOfFolders({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await db.schema
      .alterTable("folders")
      .addColumn("levels_below", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.createIndex("folders_levels").on("folders").columns(["parent_id", "levels_below"]).execute();
    for (let level = 0, isDone = false; !isDone; level++) {
      const raised = await sql`
        update folders set levels_below = ${level + 1}
        where id in (select parent_id from folders where levels_below = ${level} and parent_id is not null)`.execute(
        db,
      );
      isDone = raised.numAffectedRows === 0n;
    }
  };
}
