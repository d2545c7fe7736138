import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** The address from which a key was last used. */
export function noteAddressesOfKeys({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("api_keys").addColumn("last_used_from", text).execute();
  };
}
