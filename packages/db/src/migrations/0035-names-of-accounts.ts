import type { Kysely } from "kysely";

/** All names of an account in order, for searching. */
export async function orderNamesOfAccounts({ schema }: Kysely<unknown>): Promise<void> {
  const index = (name: string, table: string) => schema.createIndex(name).on(table);
  await index("files_of_account_by_name", "files").columns(["account_id", "sort_name", "id"]).execute();
  await index("folders_of_account_by_name", "folders").columns(["account_id", "sort_name"]).execute();
}
