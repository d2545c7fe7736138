import { type Kysely, sql } from "kysely";

/** Finds the shared folders of an account among all of its folders. */
export async function findSharedFolders({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createIndex("folders_shared")
    .on("folders")
    .columns(["account_id", "id"])
    .where(sql.ref("public_share_id"), "is not", null)
    .execute();
}
