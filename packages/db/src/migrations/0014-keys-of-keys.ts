import { type Kysely, sql } from "kysely";

/** Managing keys is a right that must be granted explicitly: keys made before it was implemented must not have it. */
export async function takeKeysFromKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    update api_keys set scopes =
      replace(replace(scopes, '"keys":"write"', '"keys":"none"'), '"keys":"read"', '"keys":"none"')`.execute(db);
}
