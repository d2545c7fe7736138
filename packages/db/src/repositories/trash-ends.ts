import { type Kysely, sql } from "kysely";
import { toFlag } from "../columns.ts";
import type { TransactionRows } from "../row-source.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import type { Tables } from "../tables.ts";
import { padded } from "./batches.ts";
import { countInTrash } from "./trash-moves.ts";
import { endVersionsOf } from "./version-rows.ts";

export function storedEntries(db: Kysely<Tables>, accountId: string) {
  return db
    .selectFrom("trash_entries")
    .where("account_id", "=", accountId)
    .where(sql<boolean>`is_ended = 0`);
}

export async function endSome(rows: TransactionRows, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const ended = await rows.write
    .updateTable("trash_entries")
    .set({ is_ended: toFlag(true), is_open: toFlag(false) })
    .where("id", "in", padded(ids))
    .where("is_ended", "=", 0)
    .returning(["account_id", "item_count", "size_bytes"])
    .execute();
  await countInTrash(
    rows,
    ended.map((row) => ({ accountId: row.account_id, count: -row.item_count, bytes: -row.size_bytes })),
  );
  return ended;
}

/**
 * Older versions of the files end. An entry is removed last, so that an interruption leaves nothing without an entry.
 */
export async function sweepEntries(
  rows: TransactionRows,
  ids: readonly number[],
  limit: number,
): Promise<{ removed: number; blobIds: string[] }> {
  const { write } = rows;
  const blobIds: string[] = [];
  let removed = 0;
  while (removed < limit) {
    const files = write.selectFrom("trash_files").select("id").where("entry_id", "in", padded(ids));
    const gone = await write
      .deleteFrom("trash_files")
      .where("id", "in", files.limit(Math.min(limit - removed, ROWS_PER_STATEMENT)))
      .returning(["id", "blob_key"])
      .execute();
    if (gone.length === 0) break;
    await endVersionsOf(
      rows,
      gone.map(({ id }) => id),
    );
    blobIds.push(...gone.map(({ blob_key: blobId }) => blobId));
    removed += gone.length;
  }
  while (removed < limit) {
    const folders = write.selectFrom("trash_folders").select("id").where("entry_id", "in", padded(ids));
    const { numDeletedRows } = await write
      .deleteFrom("trash_folders")
      .where("id", "in", folders.limit(Math.min(limit - removed, ROWS_PER_STATEMENT)))
      .executeTakeFirst();
    if (numDeletedRows === 0n) break;
    removed += Number(numDeletedRows);
  }
  if (removed >= limit) return { removed, blobIds };
  const { numDeletedRows } = await write
    .deleteFrom("trash_entries")
    .where("id", "in", padded(ids.slice(0, limit - removed)))
    .executeTakeFirst();
  return { removed: removed + Number(numDeletedRows), blobIds };
}
