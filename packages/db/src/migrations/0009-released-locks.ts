import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Lifted locks are removed in the order of their lifting; active ones are not searched here. */
export async function orderReleasedLocks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createIndex("flood_locks_released")
    .on("flood_locks")
    .columns(["released_at"])
    .where(sql`released_at`, "is not", null)
    .execute();
}
