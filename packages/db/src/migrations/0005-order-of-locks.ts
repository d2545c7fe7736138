import type { Kysely } from "kysely";

/** Active locks are read in pages, so locks that end together need an order too. */
export async function orderLocks({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropIndex("flood_locks_end").execute();
  await schema.createIndex("flood_locks_end").on("flood_locks").columns(["locked_until", "id"]).execute();
}
