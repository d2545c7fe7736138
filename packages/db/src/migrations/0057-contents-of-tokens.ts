import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Download tokens name the content they were made for, since a file may get another. After the table was made anew by 0041. */
export function nameContentsOfTokens({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("download_tokens").addColumn("blob_key", text).execute();
  };
}
