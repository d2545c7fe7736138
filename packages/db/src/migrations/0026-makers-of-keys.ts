import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Which key made a key. No reference: ended keys are removed one by one. */
export function noteMakersOfKeys({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("api_keys").addColumn("made_by_key_id", text).execute();
  };
}
