import type { Kysely } from "kysely";

/** The folders of an account, those without subfolders first, so that an account can be removed in steps. */
export async function listFoldersByAccount({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex("folders_account").on("folders").columns(["account_id", "levels_below", "id"]).execute();
}
