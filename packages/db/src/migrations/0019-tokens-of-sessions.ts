import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Which session a download link came by: it goes when that is ended from elsewhere. Found by the account, as keyless ones. */
export function noteSessionsOfTokens({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("download_tokens").addColumn("session_id", text).execute();
  };
}
