import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Download tokens store the content they were made for, since a file's content can be replaced. Must follow 0041, which
 * recreates the table.
 */
export function nameContentsOfTokens({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("download_tokens").addColumn("blob_key", text).execute();
  };
}
