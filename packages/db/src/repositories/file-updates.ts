import { sortName } from "@consigne/core";
import type { AccessList, ContentChange, FileChanges, FileUpdate } from "@consigne/core";
import { type Kysely, type Selectable, sql, type Updateable } from "kysely";
import { toFlag, toInstant } from "../columns.ts";
import type { TransactionRows } from "../row-source.ts";
import type { FilesTable, Tables } from "../tables.ts";
import { byId, padded, partsBySize, partsOf, textBytes } from "./batches.ts";
import { type CountedChange, countFiles } from "./counters.ts";
import { type ColumnType, valueRows } from "./value-rows.ts";

/** The columns that counters depend on. */
export const countedColumns = ["account_id", "folder_id", "size_bytes"] as const;
export type CountedRow = Pick<Selectable<FilesTable>, (typeof countedColumns)[number]>;

export const asAdded = (row: CountedRow): CountedChange => ({ ...row, count: 1, bytes: row.size_bytes });
const asChanged = (row: CountedRow): CountedChange => ({ ...row, count: 0, bytes: 0 });
export const asRemoved = (row: CountedRow): CountedChange => ({ ...row, count: -1, bytes: -row.size_bytes });

/** Changes files and their counters, with one group of statements per kind of change. Runs in a transaction. */
export async function updateFiles(rows: TransactionRows, updates: readonly FileUpdate[]): Promise<void> {
  const changed = byId(updates, ({ id }) => id)
    .map(({ id, changes }) => ({ id, row: toFileChanges(changes) }))
    .filter(({ row }) => Object.keys(row).length > 0);
  const counted: CountedChange[] = [];
  // One statement sets the same columns of all its rows.
  for (const group of Map.groupBy(changed, ({ row }) => Object.keys(row).toString()).values()) {
    for (const part of partsBySize(group, bytesOf, FILES_PER_UPDATE))
      counted.push(...(await updatePart(rows.write, part)));
  }
  await countFiles(rows, counted);
}

/** Per statement: a moved file leaves its place in each index and takes another, which takes a while. */
const FILES_PER_UPDATE = 125;

type ChangedRow = { id: string; row: Updateable<FilesTable> };

const bytesOf = ({ row }: ChangedRow): number => textBytes(row);

/** Sets the same columns of each row, to individual values; returns the resulting changes to folders and counters. */
async function updatePart(write: Kysely<Tables>, part: readonly ChangedRow[]): Promise<CountedChange[]> {
  const [first] = part;
  if (first === undefined) return [];
  const columns = changeableColumns.filter(({ name }) => name in first.row);
  const isMove = "account_id" in first.row || "folder_id" in first.row;
  const ids = padded(part.map(({ id }) => id));
  const before = isMove ? await write.selectFrom("files").select(countedColumns).where("id", "in", ids).execute() : [];
  const after = await (part.length === 1
    ? write.updateTable("files").set(first.row).where("id", "=", first.id).returning(countedColumns).execute()
    : updateFrom(write, columns, padded(part, shortestOf(part))));
  return isMove ? [...before.map(asRemoved), ...after.map(asAdded)] : after.map(asChanged);
}

/** Padding must not make a long statement of one with few rows. */
const shortestOf = (part: readonly ChangedRow[]): ChangedRow[] =>
  part.toSorted((one, other) => bytesOf(one) - bytesOf(other)).slice(0, 1);

async function updateFrom(
  write: Kysely<Tables>,
  columns: readonly ChangeableColumn[],
  part: readonly ChangedRow[],
): Promise<CountedRow[]> {
  const names = columns.map(({ name }) => name);
  const rows = part.map(({ id, row }) => [id, ...names.map((name) => row[name] ?? null)]);
  const types = ["text", ...columns.map(({ type }) => type)] as const;
  const values = names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`given.${name}`)}`);
  const updated = await sql<CountedRow>`
    with given(id, ${sql.join(names.map((name) => sql.ref(name)))}) as (${valueRows(types, rows)})
    update files set ${sql.join(values)} from given where files.id = given.id
    returning files.account_id, files.folder_id, files.size_bytes`.execute(write);
  return updated.rows;
}

/** Gives files other contents, and updates sizes in their counters. Runs in a transaction. */
export async function replaceContents(rows: TransactionRows, changes: readonly ContentChange[]): Promise<void> {
  const counted: CountedChange[] = [];
  for (const part of partsOf(changes, FILES_PER_UPDATE)) {
    const ids = padded(part.map(({ id }) => id));
    const before = await rows.write.selectFrom("files").select(countedColumns).where("id", "in", ids).execute();
    const given = part.map((each) => [each.id, each.blobId, each.contentType, toInstant(each.createdAt)]);
    const after = await sql<CountedRow>`
      with given(id, blob_key, content_type, created_at) as (${valueRows(["text", "text", "text", "bigint"], given)})
      update files set blob_key = given.blob_key, content_type = given.content_type, created_at = given.created_at,
        size_bytes = (select blobs.size_bytes from blobs where blobs.key = given.blob_key)
      from given where files.id = given.id
      returning files.account_id, files.folder_id, files.size_bytes`.execute(rows.write);
    counted.push(...before.map(asRemoved), ...after.rows.map(asAdded));
  }
  await countFiles(rows, counted);
}

interface ChangeableColumn {
  name: Extract<keyof Updateable<FilesTable>, string>;
  type: ColumnType;
}

const changeableColumns: readonly ChangeableColumn[] = [
  { name: "account_id", type: "text" },
  { name: "folder_id", type: "bigint" },
  { name: "guest_used_at", type: "bigint" },
  { name: "name", type: "text" },
  { name: "sort_name", type: "text" },
  { name: "description", type: "text" },
  { name: "password_hash", type: "text" },
  { name: "access_list", type: "text" },
  { name: "is_inline", type: "bigint" },
  { name: "is_ssl_disabled", type: "bigint" },
  { name: "is_cdn", type: "bigint" },
];

export function toAccessListColumn(accessList: AccessList | undefined): string | null {
  return accessList === undefined ? null : JSON.stringify(accessList);
}

/** A property that is present sets its column, even if its value is undefined and the column is nullable. */
function toFileChanges(changes: FileChanges): Updateable<FilesTable> {
  const row: Updateable<FilesTable> = {};
  if ("accountId" in changes) {
    row.account_id = changes.accountId ?? null;
    // It belongs to an account now, not a guest.
    if (changes.accountId !== undefined) row.guest_used_at = null;
  }
  if ("folderId" in changes) row.folder_id = changes.folderId ?? null;
  if (changes.name !== undefined) {
    row.name = changes.name;
    row.sort_name = sortName(changes.name);
  }
  if (changes.description !== undefined) row.description = changes.description;
  if ("passwordHash" in changes) row.password_hash = changes.passwordHash ?? null;
  if ("accessList" in changes) row.access_list = toAccessListColumn(changes.accessList);
  if (changes.isInline !== undefined) row.is_inline = toFlag(changes.isInline);
  if (changes.isSslDisabled !== undefined) row.is_ssl_disabled = toFlag(changes.isSslDisabled);
  if (changes.isCdn !== undefined) row.is_cdn = toFlag(changes.isCdn);
  return row;
}
