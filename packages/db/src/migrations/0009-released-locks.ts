import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Locks that were lifted are removed by when that was; those in force are not looked for here. */
export async function orderReleasedLocks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createIndex("flood_locks_released")
    .on("flood_locks")
    .columns(["released_at"])
    .where(sql`released_at`, "is not", null)
    .execute();
}
