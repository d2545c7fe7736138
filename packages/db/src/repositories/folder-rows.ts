import { DomainError, sortName } from "@consigne/core";
import type {
  Folder,
  FolderChanges,
  FolderCounters,
  FolderPosition,
  FolderRepository,
  NewFolder,
  UsableFolderId,
} from "@consigne/core";
import type { ExpressionBuilder, Kysely, Selectable, Updateable } from "kysely";
import { isUniqueConflict } from "../constraint-error.ts";
import type { PreparedWrite, RowSource, TransactionRows } from "../row-source.ts";
import type { FoldersTable, Tables } from "../tables.ts";
import { inBatches, padded, partsOf, readParts } from "./batches.ts";
import { countChildren, countFolders, settleLevels } from "./counters.ts";
import {
  ANCESTORS_PER_READ,
  folderAncestry,
  folderById,
  folderByPlace,
  folderChildren,
  folderContents,
  laterChildren,
  toFolder,
} from "./folder-reads.ts";
import { insertFolder } from "./new-folders.ts";
import { noteShares, sharesOfFolders } from "./received-changes.ts";

/** Deeper than any tree of earlier releases; ends the walk if a folder ever ends up inside itself. */
const DEEPEST_ANCESTRY = 10_000;

export class FolderRows implements FolderRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: number): Promise<Folder | undefined> {
    const [folder] = await this.#rows.readPrepared(folderById, [id]);
    return folder;
  }

  async findByIds(ids: readonly number[]): Promise<Folder[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      read.selectFrom("folders").selectAll().where("id", "in", some).execute(),
    );
    return rows.map(toFolder);
  }

  async findByPublicShareId(publicShareId: string): Promise<Folder | undefined> {
    const row = await this.#rows.read
      .selectFrom("folders")
      .selectAll()
      .where("public_share_id", "=", publicShareId)
      .executeTakeFirst();
    return row === undefined ? undefined : toFolder(row);
  }

  async findChild(parentId: number, name: string): Promise<Folder | undefined> {
    const [folder] = await this.#rows.readPrepared(folderByPlace, [parentId, name]);
    return folder;
  }

  async listChildren(parentId: number, page: { afterName?: string | undefined; limit: number }): Promise<Folder[]> {
    const { afterName, limit } = page;
    const children =
      afterName === undefined
        ? await this.#rows.readPrepared(folderChildren, [parentId, limit])
        : await this.#rows.readPrepared(laterChildren, [parentId, afterName, limit]);
    return [...children];
  }

  async listByAccount(
    accountId: string,
    page: { after?: FolderPosition | undefined; limit: number },
  ): Promise<(Folder & FolderPosition)[]> {
    const { after, limit } = page;
    // In two reads: SQLite does not use one index for both parts of a position if the last one is the primary key.
    const level = after === undefined ? [] : await this.#listOfAccount(accountId, "rest of the level", after, limit);
    if (level.length >= limit) return level;
    const position = after ?? { levelsBelow: -1, id: 0 };
    return [...level, ...(await this.#listOfAccount(accountId, "levels above", position, limit - level.length))];
  }

  async listShared(accountId: string, page: { after?: number | undefined; limit: number }): Promise<Folder[]> {
    const rows = await sharedOf(this.#rows.read, accountId)
      .selectAll()
      .where("id", ">", page.after ?? 0)
      .orderBy("id")
      .limit(page.limit)
      .execute();
    return rows.map(toFolder);
  }

  async endShares(accountId: string): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const { write } = rows;
      return inBatches(async (limit) => {
        const ended = await write
          .updateTable("folders")
          .set({ public_share_id: null, share_password_hash: null })
          .where("id", "in", sharedOf(write, accountId).select("id").limit(limit))
          .returning(["id", "account_id", "parent_id"])
          .execute();
        for (const folder of ended) noteFolder(rows, folder);
        return { numUpdatedRows: BigInt(ended.length) };
      });
    });
  }

  async listAncestry(id: number): Promise<Folder[]> {
    const ancestry: Folder[] = [];
    let next: number | undefined = id;
    while (next !== undefined && ancestry.length < DEEPEST_ANCESTRY) {
      const part: readonly Folder[] = await this.#rows.readPrepared(folderAncestry, [next]);
      ancestry.push(...part);
      next = part.length < ANCESTORS_PER_READ ? undefined : part.at(-1)?.parentId;
    }
    return ancestry;
  }

  async getCounters(id: number): Promise<FolderCounters> {
    const [counters] = await this.#rows.readPrepared(folderContents, [id]);
    return counters ?? { fileCount: 0, sizeBytes: 0, folderCount: 0, levelsBelow: 0 };
  }

  async create(folder: NewFolder): Promise<Folder> {
    return this.#rows.atomically(async (rows) => {
      const inserted = await insertFolder(rows, folder);
      if (inserted === undefined) throw folderExists();
      await countFolders(rows, folder.accountId, 1);
      await countChildren(rows, [folder.parentId], 1);
      await settleLevels(rows, [folder.parentId]);
      return { ...folder, id: inserted };
    });
  }

  async update(id: UsableFolderId, changes: FolderChanges): Promise<void> {
    const row = toFolderChanges(changes);
    if (Object.keys(row).length === 0) return;
    try {
      await this.#change(id, row);
    } catch (error) {
      // The other unique column, the share id, is random and never set together with the place.
      const isMove = row.parent_id !== undefined || row.name !== undefined;
      throw isMove && isUniqueConflict(error) ? folderExists(error) : error;
    }
  }

  async remove(id: UsableFolderId): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      const shares = await sharesOfFolders(rows, [id]);
      const [removed] = await rows.writePrepared(emptyFolderRemoval, [[id]]);
      if (removed !== undefined) {
        await countFolders(rows, removed.account_id, -1);
        await countChildren(rows, [removed.parent_id], -1);
        rows.note(removed.account_id, { topic: "folder", id });
        noteShares(rows, shares);
        return settleLevels(rows, [removed.parent_id]);
      }
      const [folder] = await rows.readPrepared(folderById, [id]);
      if (folder === undefined) return;
      throw new DomainError("folder-not-empty", "The folder is not empty; remove what lies in it first.");
    });
  }

  async removeEmpty(ids: readonly UsableFolderId[]): Promise<UsableFolderId[]> {
    return this.#rows.atomically(async (rows) => {
      const { read, write } = rows;
      const removed = new Set<number>();
      const parents = new Set<number | null>();
      for (const part of partsOf(ids)) {
        const shares = await sharesOfFolders(rows, part);
        const gone = await write
          .deleteFrom("folders")
          .where("id", "in", padded(part))
          .where(holdsNothing)
          .returning(["id", "account_id", "parent_id"])
          .execute();
        for (const { id, account_id: accountId, parent_id: parentId } of gone) {
          rows.note(accountId, { topic: "folder", id });
          removed.add(id);
          parents.add(parentId);
        }
        noteShares(
          rows,
          shares.filter(({ folder_id: id }) => removed.has(id)),
        );
        await countChildren(
          rows,
          gone.map(({ parent_id: parentId }) => parentId),
          -1,
        );
        for (const [accountId, ofAccount] of Map.groupBy(gone, ({ account_id: id }) => id)) {
          await countFolders(rows, accountId, -ofAccount.length);
        }
      }
      await settleLevels(rows, parents);
      const others = ids.filter((id) => !removed.has(id));
      const existing = await readParts(others, (some) =>
        read.selectFrom("folders").select("id").where("id", "in", some).execute(),
      );
      const left = new Set(existing.map(({ id }) => id));
      return others.filter((id) => left.has(id));
    });
  }

  async #listOfAccount(
    accountId: string,
    which: "rest of the level" | "levels above",
    after: FolderPosition,
    limit: number,
  ): Promise<(Folder & FolderPosition)[]> {
    const all = this.#rows.read.selectFrom("folders").selectAll().where("account_id", "=", accountId);
    const rows = await (
      which === "levels above"
        ? all.where("levels_below", ">", after.levelsBelow)
        : all.where("levels_below", "=", after.levelsBelow).where("id", ">", after.id)
    )
      .orderBy("levels_below")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...toFolder(row), levelsBelow: row.levels_below }));
  }

  async #change(id: number, row: Updateable<FoldersTable>): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      const { write } = rows;
      const places = write.selectFrom("folders").select(["account_id", "parent_id"]);
      const before = await places.where("id", "=", id).executeTakeFirst();
      if (before === undefined) return;
      await write.updateTable("folders").set(row).where("id", "=", id).execute();
      noteFolder(rows, { ...before, id });
      if (row.parent_id === undefined || before.parent_id === row.parent_id) return;
      await countChildren(rows, [before.parent_id], -1);
      await countChildren(rows, [row.parent_id], 1);
      await settleLevels(rows, [before.parent_id, row.parent_id]);
    });
  }
}

/** Records the folder as changed, and so its entry in the parent's listing. */
function noteFolder(
  { note }: TransactionRows,
  { id, account_id: accountId, parent_id: parentId }: Pick<Selectable<FoldersTable>, "id" | "account_id" | "parent_id">,
): void {
  note(accountId, { topic: "folder", id });
  if (parentId !== null) note(accountId, { topic: "folder", id: parentId });
}

function sharedOf(db: Kysely<Tables>, accountId: string) {
  return db.selectFrom("folders").where("account_id", "=", accountId).where("public_share_id", "is not", null);
}

const emptyFolderRemoval: PreparedWrite<Pick<Selectable<FoldersTable>, "account_id" | "parent_id">> = {
  name: "remove-empty-folder",
  most: 1,
  build: (db) =>
    db.deleteFrom("folders").where("id", "=", 0).where(holdsNothing).returning(["account_id", "parent_id"]).compile(),
};

/** True for a folder without files or subfolders. */
export function holdsNothing({ and, not, exists, selectFrom }: ExpressionBuilder<Tables, "folders">) {
  return and([
    not(exists(selectFrom("files").select("files.id").whereRef("files.folder_id", "=", "folders.id"))),
    not(exists(selectFrom("folders as child").select("child.id").whereRef("child.parent_id", "=", "folders.id"))),
  ]);
}

function folderExists(cause?: unknown): DomainError {
  return new DomainError("folder-exists", "There is already a folder of this name here.", { cause });
}

/**
 * A property that is present sets its column, even if its value is undefined and the column is nullable. A parent is
 * never removed: only the root has none.
 */
function toFolderChanges(changes: FolderChanges): Updateable<FoldersTable> {
  const row: Updateable<FoldersTable> = {};
  if (changes.parentId !== undefined) row.parent_id = changes.parentId;
  if (changes.name !== undefined) {
    row.name = changes.name;
    row.sort_name = sortName(changes.name);
  }
  if ("publicShareId" in changes) row.public_share_id = changes.publicShareId ?? null;
  if ("sharePasswordHash" in changes) row.share_password_hash = changes.sharePasswordHash ?? null;
  return row;
}
