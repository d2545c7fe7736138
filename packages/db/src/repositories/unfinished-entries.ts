import { sql } from "kysely";
import type { RowSource } from "../row-source.ts";

/** The last entries whose folder is still open, last one first. */
export async function unfinishedEntries(read: RowSource["read"], importId: number, limit: number) {
  const last = await read
    .selectFrom("import_entries as entry")
    .innerJoin("import_entries as folder", (join) =>
      join.onRef("folder.import_id", "=", "entry.import_id").onRef("folder.place", "=", "entry.parent"),
    )
    .select(["entry.place", "entry.is_folder", "entry.state", "entry.size_bytes", "folder.state as folder_state"])
    .select(
      sql<number>`octet_length(entry.reference) + octet_length(entry.name) + coalesce(octet_length(entry.messages), 0)`.as(
        "text_bytes",
      ),
    )
    .where("entry.import_id", "=", importId)
    .orderBy("entry.place", "desc")
    .limit(limit)
    .execute();
  const finished = last.findIndex(({ folder_state }) => folder_state !== "open");
  return finished === -1 ? last : last.slice(0, finished);
}
