import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Shared by jobs that must not all run at once. */
export function addLanes({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("jobs").addColumn("lane", text).execute();
  };
}
