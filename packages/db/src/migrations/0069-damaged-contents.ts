import { type Kysely, sql } from "kysely";

/** Lets damaged contents be counted without reading all others. */
export async function indexDamagedContents(db: Kysely<unknown>): Promise<void> {
  const isDamaged = sql<boolean>`damaged_at is not null`;
  await db.schema.createIndex("blobs_damaged").on("blobs").column("key").where(isDamaged).execute();
}
