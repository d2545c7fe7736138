import type { NewTrashEntry, TrashEntry, TrashedPlace } from "@consigne/core";
import type { Insertable, Selectable } from "kysely";
import { parseJson, toDate, toFlag, toInstant } from "../columns.ts";
import type { TrashEntriesTable, TrashFilesTable } from "../tables.ts";

/** Complete, or it does not compile: a column of files that is missing here would be lost with a removal. */
const carried: Readonly<Record<Exclude<keyof TrashFilesTable, "entry_id">, true>> = {
  id: true,
  account_id: true,
  folder_id: true,
  name: true,
  sort_name: true,
  blob_key: true,
  size_bytes: true,
  content_type: true,
  domain: true,
  description: true,
  password_hash: true,
  access_list: true,
  is_inline: true,
  is_ssl_disabled: true,
  is_cdn: true,
  removal_code: true,
  created_at: true,
  guest_used_at: true,
  download_count: true,
};

/** What a file has in the trash as everywhere else. */
export const carriedColumns: readonly string[] = Object.keys(carried);

export function toEntryColumns(entry: NewTrashEntry): Insertable<TrashEntriesTable> {
  return {
    account_id: entry.accountId,
    is_folder: toFlag(entry.kind === "folder"),
    target_id: entry.targetId,
    name: entry.name,
    place: JSON.stringify(entry.place.map(({ id, name }) => [id, name])),
    levels: entry.levels,
    removed_at: toInstant(entry.removedAt),
    ends_at: toInstant(entry.endsAt),
    removed_by: entry.removedByKeyId ?? "",
    item_count: 0,
    size_bytes: 0,
    is_open: toFlag(entry.isOpen),
    is_ended: 0,
  };
}

export function toTrashEntry(row: Selectable<TrashEntriesTable>): TrashEntry {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.is_folder === 1 ? "folder" : "file",
    targetId: row.target_id,
    name: row.name,
    place: parseJson<[number, string][]>(row.place).map(([id, name]): TrashedPlace => ({ id, name })),
    levels: row.levels,
    removedAt: toDate(row.removed_at),
    endsAt: toDate(row.ends_at),
    removedByKeyId: row.removed_by === "" ? undefined : row.removed_by,
    itemCount: row.item_count,
    sizeBytes: row.size_bytes,
    isOpen: row.is_open === 1,
  };
}
