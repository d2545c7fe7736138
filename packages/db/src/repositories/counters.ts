import type { ExpressionBuilder, Kysely } from "kysely";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";

export interface CountedPlace {
  account_id: string | null;
  folder_id: number | null;
}

/**
 * Adds files to the counters of their account and folder, or takes them off. To be called in the transaction that
 * changes the files. Guests' files are counted nowhere.
 */
export async function countFiles(
  write: Kysely<Tables>,
  place: CountedPlace,
  files: { count: number; bytes: number },
): Promise<void> {
  const added = (eb: ExpressionBuilder<Tables, "accounts" | "folders">) => ({
    file_count: eb("file_count", "+", files.count),
    size_bytes: eb("size_bytes", "+", files.bytes),
  });
  if (place.account_id !== null)
    await write.updateTable("accounts").set(added).where("id", "=", place.account_id).execute();
  if (place.folder_id !== null)
    await write.updateTable("folders").set(added).where("id", "=", place.folder_id).execute();
}

/** The same for a folder that was made (1) or removed (-1). */
export async function countFolder(write: Kysely<Tables>, accountId: string, added: 1 | -1): Promise<void> {
  await write
    .updateTable("accounts")
    .set((eb) => ({ folder_count: eb("folder_count", "+", added) }))
    .where("id", "=", accountId)
    .execute();
}

/** What the levels of a folder are, from those of the folders in it. */
export const levelsBelow = sql<number>`
  coalesce((select max(child.levels_below) + 1 from folders as child where child.parent_id = folders.id), 0)`;

/**
 * Brings the levels of a folder and of those above it up to date after one was put in, moved or removed; ends where
 * nothing changes.
 */
export async function settleLevels(write: Kysely<Tables>, folderId: number | null | undefined): Promise<void> {
  let id = folderId ?? undefined;
  while (id !== undefined) {
    const changed = await write
      .updateTable("folders")
      .set({ levels_below: levelsBelow })
      .where("id", "=", id)
      .where("levels_below", "!=", levelsBelow)
      .returning("parent_id")
      .executeTakeFirst();
    id = changed?.parent_id ?? undefined;
  }
}
