import { type Kysely, sql } from "kysely";

/**
 * Making, changing and ending keys is a right that is given by name: no key that was made before anybody could use it
 * shall have it.
 */
export async function takeKeysFromKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    update api_keys set scopes =
      replace(replace(scopes, '"keys":"write"', '"keys":"none"'), '"keys":"read"', '"keys":"none"')`.execute(db);
}
