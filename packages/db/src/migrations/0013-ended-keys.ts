import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** When the server noticed that a key had expired: it stays expired if the clock is set back. */
export function noteEndsOfKeys({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("api_keys").addColumn("ended_at", wholeNumber).execute();
    await schema
      .createIndex("api_keys_to_end")
      .on("api_keys")
      .column("expires_at")
      .where(sql<boolean>`ended_at is null and expires_at is not null`)
      .execute();
  };
}
