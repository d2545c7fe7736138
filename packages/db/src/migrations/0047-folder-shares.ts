import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Folders shared with people by their address. Addresses without an account are stored as well, so that nobody learns
 * who has one; removing a folder ends its shares.
 */
export function addFolderShares({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("folder_shares")
        .addColumn("folder_id", wholeNumber, (column) => column.notNull().references("folders.id").onDelete("cascade"))
        .addColumn("email_key", text, (column) => column.notNull())
        .addColumn("email", text, (column) => column.notNull())
        .addColumn("owner_id", text, (column) => column.notNull().references("accounts.id").onDelete("cascade"))
        .addColumn("account_id", text, (column) => column.references("accounts.id").onDelete("cascade"))
        .addColumn("may_write", wholeNumber, (column) => column.notNull())
        .addColumn("hides_links", wholeNumber, (column) => column.notNull())
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addPrimaryKeyConstraint("folder_shares_place", ["folder_id", "email_key"]),
    ).execute();
    const index = (name: string) => schema.createIndex(name).on("folder_shares");
    await index("folder_shares_owner").columns(["owner_id", "folder_id"]).execute();
    const isKnown = [sql.ref("account_id"), "is not"] as const;
    await index("folder_shares_received")
      .columns(["account_id", "owner_id", "folder_id"])
      .where(...isKnown, null)
      .execute();
    await index("folder_shares_waiting").column("email_key").where(sql.ref("account_id"), "is", null).execute();
  };
}
