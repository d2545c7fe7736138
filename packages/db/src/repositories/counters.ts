import type { ExpressionBuilder, Kysely } from "kysely";
import { sql } from "kysely";
import type { PreparedWrite, TransactionRows } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { partsOf } from "./batches.ts";
import { type ColumnType, placeholderRows, valueRows } from "./value-rows.ts";

export interface CountedPlace {
  account_id: string | null;
  folder_id: number | null;
}

/** Files added to a place, or removed from it with negative numbers. */
export interface CountedChange extends CountedPlace {
  count: number;
  bytes: number;
}

/**
 * Adds files to the counters of their accounts and folders, or subtracts them. Call in the transaction that changes the
 * files; it records their folders as changed. Guests' files are not counted.
 */
export async function countFiles({ write, note }: TransactionRows, changes: readonly CountedChange[]): Promise<void> {
  for (const { account_id: accountId, folder_id: id } of changes) {
    if (id !== null) note(accountId, { topic: "folder", id });
  }
  await addTo(
    "accounts",
    "text",
    write,
    sumsBy(changes, ({ account_id: id }) => id),
  );
  await addTo(
    "folders",
    "bigint",
    write,
    sumsBy(changes, ({ folder_id: id }) => id),
  );
}

type Sums<Id> = Map<Id, { count: number; bytes: number }>;

function sumsBy<Id>(changes: readonly CountedChange[], idOf: (change: CountedChange) => Id | null): Sums<Id> {
  const sums: Sums<Id> = new Map();
  for (const change of changes) {
    const id = idOf(change);
    if (id === null) continue;
    const sum = sums.get(id) ?? { count: 0, bytes: 0 };
    sums.set(id, { count: sum.count + change.count, bytes: sum.bytes + change.bytes });
  }
  return sums;
}

async function addTo<Id extends string | number>(
  table: "accounts" | "folders",
  type: ColumnType,
  write: Kysely<Tables>,
  sums: Sums<Id>,
): Promise<void> {
  const changed = [...sums].filter(([, { count, bytes }]) => count !== 0 || bytes !== 0);
  const [only] = changed;
  if (only !== undefined && changed.length === 1) return addToOne(table, write, only);
  for (const part of partsOf(changed)) {
    const rows = part.map(([id, { count, bytes }]) => [id, count, bytes]);
    await sql`
      with added(id, files, bytes) as (${valueRows([type, "bigint", "bigint"], rows)})
      update ${sql.table(table)} set file_count = file_count + added.files, size_bytes = size_bytes + added.bytes
      from added where ${sql.ref(`${table}.id`)} = added.id`.execute(write);
  }
}

/** The usual case, without a table of one row. */
async function addToOne(
  table: "accounts" | "folders",
  write: Kysely<Tables>,
  [id, { count, bytes }]: readonly [string | number, { count: number; bytes: number }],
): Promise<void> {
  await write
    .updateTable(table)
    .set((eb: ExpressionBuilder<Tables, "accounts" | "folders">) => ({
      file_count: eb("file_count", "+", count),
      size_bytes: eb("size_bytes", "+", bytes),
    }))
    .where(sql.ref(`${table}.id`), "=", id)
    .execute();
}

/** The same for folders that were made or, with a negative number, removed. */
export async function countFolders(rows: TransactionRows, accountId: string, added: number): Promise<void> {
  await rows.writePrepared(foldersOfAccount, [[added, accountId]]);
}

const foldersOfAccount: PreparedWrite<unknown> = {
  name: "count-folders-of-account",
  most: 1,
  build: (db) =>
    db
      .updateTable("accounts")
      .set((eb) => ({ folder_count: eb("folder_count", "+", 0) }))
      .where("id", "=", "")
      .compile(),
};

/**
 * Adds folders to the counters of their parents, or subtracts them, once per mention. The parents are recorded as
 * changed.
 */
export async function countChildren(
  rows: TransactionRows,
  parentIds: readonly (number | null | undefined)[],
  added: 1 | -1,
): Promise<void> {
  const ids = parentIds.filter((id) => typeof id === "number");
  const changes = [...Map.groupBy(ids, (id) => id)].map(([id, each]) => [id, added * each.length] as const);
  const counted = await rows.writePrepared(childrenOfFolders, changes);
  for (const { id, account_id: accountId } of counted) rows.note(accountId, { topic: "folder", id });
}

const childrenOfFolders: PreparedWrite<{ id: number; account_id: string }> = {
  name: "count-children-of-folders",
  most: 128,
  build: (db, rowCount) =>
    sql<{ id: number; account_id: string }>`
      with added(id, folders) as (${placeholderRows(["bigint", "bigint"], rowCount)})
      update folders set folder_count = folder_count + added.folders from added where folders.id = added.id
      returning folders.id, folders.account_id`.compile(db),
};

/** The levels of a folder, computed from those of its subfolders. */
export const levelsBelow = sql<number>`
  coalesce((select max(child.levels_below) + 1 from folders as child where child.parent_id = folders.id), 0)`;

/**
 * Updates the levels of folders and of those above them after some were added, moved or removed; stops where nothing
 * changes. A folder that was updated before one inside it is updated again after it.
 */
export async function settleLevels(
  rows: TransactionRows,
  folderIds: Iterable<number | null | undefined>,
): Promise<void> {
  let ids = new Set([...folderIds].filter((id) => typeof id === "number"));
  while (ids.size > 0) {
    const given = [...ids].map((id) => [id]);
    const changed = await rows.writePrepared(levelsOfFolders, given);
    ids = new Set(changed.flatMap(({ parent_id: parentId }) => parentId ?? []));
  }
}

const levelsOfFolders: PreparedWrite<{ parent_id: number | null }> = {
  name: "settle-levels-of-folders",
  most: 128,
  build: (db, rowCount) =>
    db
      .updateTable("folders")
      .set({ levels_below: levelsBelow })
      .where("id", "in", Array<number>(rowCount).fill(0))
      .where("levels_below", "!=", levelsBelow)
      .returning("parent_id")
      .compile(),
};
