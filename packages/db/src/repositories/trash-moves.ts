import { DomainError, sortName } from "@consigne/core";
import { type Kysely, type Selectable, sql } from "kysely";
import type { PreparedRead, PreparedWrite, TransactionRows } from "../row-source.ts";
import type { FoldersTable, Tables } from "../tables.ts";
import { byId, LONG_ROWS_PER_STATEMENT, padded, partsOf } from "./batches.ts";
import { type CountedChange, countChildren, countFiles, countFolders, settleLevels } from "./counters.ts";
import { asAdded, asRemoved, countedColumns } from "./file-updates.ts";
import { holdsNothing } from "./folder-rows.ts";
import { carriedColumns } from "./trash-columns.ts";
import { type ColumnType, placeholderRows, valueRows } from "./value-rows.ts";
import { noteShares, sharesOfFolders } from "./received-changes.ts";

/** What was added to an account's trash or, with negative numbers, removed from it. */
interface TrashChange {
  accountId: string;
  count: number;
  bytes: number;
}

interface EntryChange {
  entryId: number;
  count: number;
  bytes: number;
}

const columnList = sql.join(carriedColumns.map((name) => sql.ref(name)));
const PLACED = new Set(["folder_id", "name", "sort_name"]);

/** Adds to the counters of accounts. Call in the transaction that changes the entries. */
export async function countInTrash(rows: TransactionRows, changes: readonly TrashChange[]): Promise<void> {
  for (const [accountId, each] of Map.groupBy(changes, ({ accountId: id }) => id)) {
    rows.note(accountId, { topic: "trash" });
    const { count, bytes } = sumOf(each);
    if (count === 0 && bytes === 0) continue;
    await rows.writePrepared(trashOfAccount, [[count, bytes, accountId]]);
  }
}

const trashOfAccount: PreparedWrite<unknown> = {
  name: "count-trash-of-account",
  most: 1,
  build: (db) =>
    db
      .updateTable("accounts")
      .set((eb) => ({ trash_count: eb("trash_count", "+", 0), trash_bytes: eb("trash_bytes", "+", 0) }))
      .where("id", "=", "")
      .compile(),
};

/** Updates what entries contain, and with them the accounts; ended entries no longer count for an account. */
async function countOfEntries(rows: TransactionRows, changes: readonly EntryChange[]): Promise<void> {
  const sums = [...Map.groupBy(changes, ({ entryId }) => entryId)].map(([entryId, each]) => {
    const { count, bytes } = sumOf(each);
    return [entryId, count, bytes] as const;
  });
  const changeOf = new Map(sums.map(([id, count, bytes]) => [id, { count, bytes }]));
  const updated = await rows.writePrepared(contentsOfEntries, sums);
  const counted = updated.flatMap(({ id, account_id: accountId, is_ended: isEnded }): TrashChange[] => {
    const change = isEnded === 0 ? changeOf.get(id) : undefined;
    return change === undefined ? [] : [{ accountId, ...change }];
  });
  await countInTrash(rows, counted);
}

interface UpdatedEntry {
  id: number;
  account_id: string;
  is_ended: number;
}

const contentsOfEntries: PreparedWrite<UpdatedEntry> = {
  name: "count-contents-of-trash-entries",
  most: 128,
  build: (db, rowCount) =>
    sql<UpdatedEntry>`
      with added(id, items, bytes) as (${placeholderRows(["bigint", "bigint", "bigint"], rowCount)})
      update trash_entries set item_count = item_count + added.items, size_bytes = size_bytes + added.bytes
      from added where trash_entries.id = added.id
      returning trash_entries.id, trash_entries.account_id, trash_entries.is_ended`.compile(db),
};

function sumOf(changes: readonly { count: number; bytes: number }[]): { count: number; bytes: number } {
  const sum = { count: 0, bytes: 0 };
  for (const { count, bytes } of changes) {
    sum.count += count;
    sum.bytes += bytes;
  }
  return sum;
}

/** Additional links go to the trash with their target, and come back with it. */
async function moveLinks(
  rows: TransactionRows,
  of: "file" | "folder",
  ids: readonly (number | string)[],
  to: "trash" | "place",
): Promise<void> {
  await rows.writePrepared(
    linkMoves[of][to],
    ids.map((id) => [id]),
  );
}

function linkMove(of: "file" | "folder", to: "trash" | "place"): PreparedWrite<unknown> {
  const [placed, trashed] = [sql.ref(`${of}_id`), sql.ref(`trashed_${of}_id`)];
  const [from, into] = to === "trash" ? [placed, trashed] : [trashed, placed];
  return {
    name: `move-links-of-${of}s-to-${to}`,
    most: 256,
    build: (db, rowCount) => {
      const ids = sql.join(Array<null>(rowCount).fill(null));
      return sql`update links set ${into} = ${from}, ${from} = null where ${from} in (${ids})`.compile(db);
    },
  };
}

const linkMoves = {
  file: { trash: linkMove("file", "trash"), place: linkMove("file", "place") },
  folder: { trash: linkMove("folder", "trash"), place: linkMove("folder", "place") },
} as const;

export async function takeFiles(
  rows: TransactionRows,
  files: readonly { entryId: number; fileId: string }[],
): Promise<void> {
  const taken = byId(files, ({ fileId }) => fileId);
  const { write } = rows;
  const changes: EntryChange[] = [];
  const counted: CountedChange[] = [];
  for (const part of partsOf(taken, LONG_ROWS_PER_STATEMENT)) {
    const given = part.map(({ entryId, fileId }) => [fileId, entryId]);
    await sql`
      with given(file_id, entry_id) as (${valueRows(["text", "bigint"], given)})
      insert into trash_files (entry_id, ${columnList})
      select given.entry_id, ${sql.join(carriedColumns.map((name) => sql.ref(`files.${name}`)))}
      from given join files on files.id = given.file_id where files.account_id is not null`.execute(write);
  }
  for (const part of partsOf(taken.map(({ fileId }) => fileId))) await moveLinks(rows, "file", part, "trash");
  for (const part of partsOf(taken, LONG_ROWS_PER_STATEMENT)) {
    const removed = await write
      .deleteFrom("files")
      .where("id", "in", padded(part.map(({ fileId }) => fileId)))
      .where("account_id", "is not", null)
      .returning(["id", ...countedColumns])
      .execute();
    counted.push(...removed.map(asRemoved));
    const entryOf = new Map(part.map(({ entryId, fileId }) => [fileId, entryId]));
    changes.push(...removed.map((row) => ({ entryId: entryOf.get(row.id) ?? 0, count: 1, bytes: row.size_bytes })));
  }
  await countFiles(rows, counted);
  await countOfEntries(rows, changes);
}

export async function takeFolders(rows: TransactionRows, entryId: number, ids: readonly number[]): Promise<number[]> {
  const { note } = rows;
  const taken: number[] = [];
  for (const part of partsOf(ids)) {
    const empty = await findEmpty(rows, part);
    if (empty.length === 0) continue;
    const values = empty.map((row) => [entryId, ...folderColumns.map(({ name }) => row[name])]);
    await rows.writePrepared(folderInsertion, values);
    const gone = empty.map(({ id }) => id);
    await moveLinks(rows, "folder", gone, "trash");
    noteShares(rows, await sharesOfFolders(rows, gone));
    await rows.writePrepared(
      folderRemoval,
      gone.map((id) => [id]),
    );
    const parents = empty.map(({ parent_id: parentId }) => parentId);
    await countChildren(rows, parents, -1);
    for (const [accountId, ofAccount] of Map.groupBy(empty, ({ account_id: id }) => id)) {
      await countFolders(rows, accountId, -ofAccount.length);
    }
    await settleLevels(rows, parents);
    for (const { id, account_id: accountId } of empty) note(accountId, { topic: "folder", id });
    taken.push(...gone);
  }
  await countOfEntries(rows, [{ entryId, count: taken.length, bytes: 0 }]);
  return taken;
}

/** Most calls remove a single folder. */
async function findEmpty(
  rows: TransactionRows,
  ids: readonly number[],
): Promise<readonly Readonly<Selectable<FoldersTable>>[]> {
  if (ids.length === 1) return rows.readPrepared(emptyFolder, ids);
  return emptyAmong(rows.read, padded(ids)).execute();
}

const emptyFolder: PreparedRead<Selectable<FoldersTable>, Selectable<FoldersTable>> = {
  name: "empty-folder",
  build: (db) => emptyAmong(db, [0]).compile(),
  toEntity: (row) => row,
};

/** Excludes roots. */
const emptyAmong = (db: Kysely<Tables>, ids: readonly number[]) =>
  db.selectFrom("folders").selectAll().where("id", "in", ids).where("parent_id", "is not", null).where(holdsNothing);

/** Columns that a folder keeps in the trash. */
const folderColumns = [
  { name: "id", type: "bigint" },
  { name: "parent_id", type: "bigint" },
  { name: "name", type: "text" },
  { name: "created_at", type: "bigint" },
  { name: "public_share_id", type: "text" },
  { name: "share_password_hash", type: "text" },
] as const satisfies readonly { name: keyof FoldersTable; type: ColumnType }[];

const folderInsertion: PreparedWrite<unknown> = {
  name: "insert-folders-into-trash",
  most: 128,
  build: (db, rowCount) => {
    const names = sql.join(["entry_id", ...folderColumns.map(({ name }) => name)].map((name) => sql.ref(name)));
    const types = ["bigint", ...folderColumns.map(({ type }) => type)] as const;
    return sql`
      with given(${names}) as (${placeholderRows(types, rowCount)})
      insert into trash_folders (${names}) select * from given where given.id is not null`.compile(db);
  },
};

const folderRemoval: PreparedWrite<unknown> = {
  name: "remove-folders",
  most: 256,
  build: (db, rowCount) => db.deleteFrom("folders").where("id", "in", Array<number>(rowCount).fill(0)).compile(),
};

export async function putFolder(
  rows: TransactionRows,
  put: { entryId: number; folderId: number; parentId: number; name: string },
): Promise<void> {
  const { write, note } = rows;
  const { entryId, folderId, parentId, name } = put;
  const inEntry = write.selectFrom("trash_folders").where("entry_id", "=", entryId).where("id", "=", folderId);
  const row = await inEntry.select(["created_at", "public_share_id", "share_password_hash"]).executeTakeFirst();
  if (row === undefined) return;
  const parent = write.selectFrom("folders").select("account_id").where("id", "=", parentId);
  const inserted = await write
    .insertInto("folders")
    .values((eb) => ({
      ...row,
      id: eb.lit(folderId),
      account_id: eb.selectFrom(parent.as("parent")).select("parent.account_id").$asScalar().$notNull(),
      parent_id: parentId,
      name,
      sort_name: sortName(name),
    }))
    .onConflict((conflict) => conflict.columns(["parent_id", "name"]).doNothing())
    .returning("account_id")
    .executeTakeFirst();
  if (inserted === undefined) throw new DomainError("folder-exists", "There is already a folder of this name here.");
  await moveLinks(rows, "folder", [folderId], "place");
  await write.deleteFrom("trash_folders").where("id", "=", folderId).execute();
  note(inserted.account_id, { topic: "folder", id: folderId });
  await countFolders(rows, inserted.account_id, 1);
  await countChildren(rows, [parentId], 1);
  await settleLevels(rows, [parentId]);
  await countOfEntries(rows, [{ entryId, count: -1, bytes: 0 }]);
}

export async function putFile(
  rows: TransactionRows,
  entryId: number,
  files: readonly { id: string; folderId: number; name: string }[],
): Promise<void> {
  const { write } = rows;
  const values = carriedColumns.map((name) => sql.ref(PLACED.has(name) ? `given.${name}` : `trash_files.${name}`));
  const changes: EntryChange[] = [];
  const inOrder = byId(files, ({ id }) => id);
  for (const part of partsOf(inOrder, LONG_ROWS_PER_STATEMENT)) {
    const given = part.map(({ id, folderId, name }) => [id, folderId, name, sortName(name)]);
    await sql`
      with given(file_id, folder_id, name, sort_name) as (${valueRows(["text", "bigint", "text", "text"], given)})
      insert into files (${columnList})
      select ${sql.join(values)} from given join trash_files on trash_files.id = given.file_id
      where trash_files.entry_id = ${entryId}`.execute(write);
    const ids = padded(part.map(({ id }) => id));
    await moveLinks(rows, "file", ids, "place");
    await write.deleteFrom("trash_files").where("id", "in", ids).where("entry_id", "=", entryId).execute();
    const restored = await write.selectFrom("files").select(countedColumns).where("id", "in", ids).execute();
    await countFiles(rows, restored.map(asAdded));
    changes.push(...restored.map((row) => ({ entryId, count: -1, bytes: -row.size_bytes })));
  }
  await countOfEntries(rows, changes);
}
