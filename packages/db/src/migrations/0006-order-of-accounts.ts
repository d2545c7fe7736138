import type { Kysely } from "kysely";

/** Accounts are listed in pages, oldest first. */
export async function orderAccounts({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex("accounts_created").on("accounts").columns(["created_at", "id"]).execute();
}
