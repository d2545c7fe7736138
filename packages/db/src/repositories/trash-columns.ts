import type { NewTrashEntry, TrashEntry, TrashedPlace } from "@consigne/core";
import { type Selectable, sql } from "kysely";
import { parseJson, toDate, toFlag, toInstant } from "../columns.ts";
import type { PreparedWrite } from "../row-source.ts";
import type { TrashEntriesTable, TrashFilesTable } from "../tables.ts";
import { type ColumnType, placeholderRows, type Value } from "./value-rows.ts";

/** Does not compile unless it is complete: a missing column of files would be lost with a removal. */
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

/** Columns that a file has in the trash as well. */
export const carriedColumns: readonly string[] = Object.keys(carried);

interface EntryColumn {
  name: keyof TrashEntriesTable;
  type: ColumnType;
  valueOf: (entry: NewTrashEntry) => Value;
}

const entryColumns: readonly EntryColumn[] = [
  { name: "account_id", type: "text", valueOf: (entry) => entry.accountId },
  { name: "is_folder", type: "bigint", valueOf: (entry) => toFlag(entry.kind === "folder") },
  { name: "target_id", type: "text", valueOf: (entry) => entry.targetId },
  { name: "name", type: "text", valueOf: (entry) => entry.name },
  {
    name: "place",
    type: "text",
    valueOf: (entry) => JSON.stringify(entry.place.map(({ id, name }) => [id, name])),
  },
  { name: "levels", type: "bigint", valueOf: (entry) => entry.levels },
  { name: "removed_at", type: "bigint", valueOf: (entry) => toInstant(entry.removedAt) },
  { name: "ends_at", type: "bigint", valueOf: (entry) => toInstant(entry.endsAt) },
  { name: "removed_by", type: "text", valueOf: (entry) => entry.removedByKeyId ?? "" },
  { name: "item_count", type: "bigint", valueOf: () => 0 },
  { name: "size_bytes", type: "bigint", valueOf: () => 0 },
  { name: "is_open", type: "bigint", valueOf: (entry) => toFlag(entry.isOpen) },
  { name: "is_ended", type: "bigint", valueOf: () => 0 },
];

export const toEntryValues = (entry: NewTrashEntry): Value[] => entryColumns.map(({ valueOf }) => valueOf(entry));

interface InsertedEntry {
  id: number;
  target_id: string;
}

export const entryInsertion: PreparedWrite<InsertedEntry> = {
  name: "insert-trash-entries",
  most: 256,
  build: (db, rowCount) => {
    const names = sql.join(entryColumns.map(({ name }) => sql.ref(name)));
    const types = entryColumns.map(({ type }) => type);
    return sql<InsertedEntry>`
      with given(${names}) as (${placeholderRows(types, rowCount)})
      insert into trash_entries (${names}) select * from given where given.target_id is not null
      returning id, target_id`.compile(db);
  },
};

export const entryClosing: PreparedWrite<unknown> = {
  name: "close-trash-entry",
  most: 1,
  build: (db) => sql`update trash_entries set is_open = 0 where id = ${null}`.compile(db),
};

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
