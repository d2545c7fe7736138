import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * The session with which a download token was made: it is removed when the session is ended from elsewhere. Found by
 * the account, like keyless tokens.
 */
export function noteSessionsOfTokens({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("download_tokens").addColumn("session_id", text).execute();
  };
}
