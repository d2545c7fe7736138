import { type Kysely, sql } from "kysely";

/** Changing a password ends the download tokens made with it. Guests' tokens have no account. */
export async function findKeylessTokens({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createIndex("download_tokens_keyless")
    .on("download_tokens")
    .column("account_id")
    .where(sql<boolean>`api_key_id is null and account_id is not null`)
    .execute();
}
