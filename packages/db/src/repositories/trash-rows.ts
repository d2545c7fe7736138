import type {
  NewTrashEntry,
  RemovableFileId,
  RemovedTarget,
  TrashedContent,
  TrashedFile,
  TrashedFolder,
  TrashEntry,
  TrashRepository,
  TrashUsage,
  UsableFolderId,
  Yielding,
} from "@consigne/core";
import { sql } from "kysely";
import { toDate, toFlag, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import { accountCounters } from "./account-counters.ts";
import { partsOf, readParts } from "./batches.ts";
import { toWhirlpool } from "./checksum-column.ts";
import { endSome, storedEntries, sweepEntries } from "./trash-ends.ts";
import { entryClosing, entryInsertion, toEntryValues, toTrashEntry } from "./trash-columns.ts";
import { putFile, putFolder, takeFiles, takeFolders } from "./trash-moves.ts";

export class TrashRows implements TrashRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async createMany(entries: readonly NewTrashEntry[]): Promise<number[]> {
    const ids = new Map<string, number>();
    await this.#rows.atomically(async (rows) => {
      const inserted = await rows.writePrepared(entryInsertion, entries.map(toEntryValues));
      for (const { id, target_id: target } of inserted) ids.set(target, id);
    });
    return entries.map(({ targetId }) => ids.get(targetId) ?? 0);
  }

  async findByIds(ids: readonly number[]): Promise<TrashEntry[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      read.selectFrom("trash_entries").selectAll().where("id", "in", some).where("is_ended", "=", 0).execute(),
    );
    return rows.map(toTrashEntry);
  }

  async findOpen(accountId: string, targetId: string): Promise<TrashEntry | undefined> {
    const row = await this.#rows.read
      .selectFrom("trash_entries")
      .selectAll()
      .where("account_id", "=", accountId)
      .where("target_id", "=", targetId)
      .where(sql<boolean>`is_open = 1`)
      .where("is_ended", "=", 0)
      .executeTakeFirst();
    return row === undefined ? undefined : toTrashEntry(row);
  }

  async findRemoval(target: RemovedTarget): Promise<TrashEntry | undefined> {
    const { read } = this.#rows;
    const [isFolder, targetId] = "fileId" in target ? [false, target.fileId] : [true, String(target.folderId)];
    const lying =
      "fileId" in target
        ? read.selectFrom("trash_files").select("entry_id").where("id", "=", target.fileId)
        : read.selectFrom("trash_folders").select("entry_id").where("id", "=", target.folderId);
    const row = await read
      .selectFrom("trash_entries")
      .selectAll()
      .where("id", "=", lying)
      .where("target_id", "=", targetId)
      .where("is_folder", "=", toFlag(isFolder))
      .where("is_open", "=", toFlag(false))
      .where("is_ended", "=", toFlag(false))
      .executeTakeFirst();
    return row === undefined ? undefined : toTrashEntry(row);
  }

  async list(accountId: string, page: { beforeId?: number | undefined; limit: number }): Promise<TrashEntry[]> {
    let query = storedEntries(this.#rows.read, accountId).selectAll().orderBy("id", "desc").limit(page.limit);
    if (page.beforeId !== undefined) query = query.where("id", "<", page.beforeId);
    const rows = await query.execute();
    return rows.map(toTrashEntry);
  }

  async getUsage(accountId: string): Promise<TrashUsage> {
    const [row] = await this.#rows.readPrepared(accountCounters, [accountId]);
    return { count: row?.trash_count ?? 0, sizeBytes: row?.trash_bytes ?? 0 };
  }

  async takeFiles(taken: readonly { entryId: number; fileId: RemovableFileId }[]): Promise<void> {
    await this.#rows.atomically((rows) => takeFiles(rows, taken));
  }

  async takeFolders(entryId: number, ids: readonly UsableFolderId[]): Promise<number[]> {
    return this.#rows.atomically((rows) => takeFolders(rows, entryId, ids));
  }

  async close(entryId: number): Promise<void> {
    await this.#rows.atomically((rows) => rows.writePrepared(entryClosing, [[entryId]]));
  }

  async listFolders(entryId: number, limit: number): Promise<TrashedFolder[]> {
    const rows = await this.#rows.read
      .selectFrom("trash_folders")
      .select(["id", "parent_id", "name"])
      .where("entry_id", "=", entryId)
      .orderBy("place", "desc")
      .limit(limit)
      .execute();
    return rows.map(({ id, parent_id: parentId, name }) => ({ id, parentId, name }));
  }

  async listFiles(entryId: number, limit: number): Promise<TrashedFile[]> {
    const rows = await this.#rows.read
      .selectFrom("trash_files")
      .select(["id", "folder_id", "name"])
      .where("entry_id", "=", entryId)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(({ id, folder_id: folderId, name }) => ({ id, folderId, name }));
  }

  async findFiles(ids: readonly string[]): Promise<TrashedContent[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      read
        .selectFrom("trash_files")
        .innerJoin("blobs", "blobs.key", "trash_files.blob_key")
        .select(["trash_files.id", "trash_files.name", "trash_files.size_bytes", "trash_files.account_id"])
        .select(["blobs.key", "blobs.whirlpool"])
        .where("trash_files.id", "in", some)
        .execute(),
    );
    return rows.map(({ id, name, account_id: accountId, size_bytes: sizeBytes, key: blobId, whirlpool }) => {
      return { id, name, accountId, sizeBytes, blobId, whirlpool: toWhirlpool(whirlpool) };
    });
  }

  async findFileOfLink(linkId: string): Promise<TrashedContent | undefined> {
    const row = await this.#rows.read
      .selectFrom("links")
      .select("trashed_file_id")
      .where("id", "=", linkId)
      .executeTakeFirst();
    const fileId = row?.trashed_file_id ?? undefined;
    return fileId === undefined ? undefined : (await this.findFiles([fileId]))[0];
  }

  async putFolder(entryId: number, folderId: number, place: { parentId: UsableFolderId; name: string }): Promise<void> {
    await this.#rows.atomically((rows) => putFolder(rows, { entryId, folderId, ...place }));
  }

  async putFiles(
    entryId: number,
    files: readonly { id: string; folderId: UsableFolderId; name: string }[],
  ): Promise<void> {
    await this.#rows.atomically((rows) => putFile(rows, entryId, files));
  }

  async noteRestoring(entryId: number, endsAt: Date): Promise<void> {
    const ends = toInstant(endsAt);
    await this.#rows.write
      .updateTable("trash_entries")
      .set({
        is_restoring: toFlag(true),
        ends_at: sql<number>`case when ends_at < ${ends} then ${ends} else ends_at end`,
      })
      .where("id", "=", entryId)
      .execute();
  }

  async remove(entryId: number): Promise<void> {
    await this.#rows.write.deleteFrom("trash_entries").where("id", "=", entryId).execute();
  }

  async end(ids: readonly number[]): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      for (const part of partsOf(ids)) await endSome(rows, part);
    });
  }

  async listOldest(accountId: string, limit: number, spared?: number): Promise<Yielding[]> {
    const rows = await storedEntries(this.#rows.read, accountId)
      .select(["id", "removed_at", "item_count", "size_bytes"])
      .where("id", "<>", spared ?? 0)
      .where("is_restoring", "=", 0)
      .orderBy("id")
      .limit(Math.min(limit, ROWS_PER_STATEMENT))
      .execute();
    return rows.map((row) => ({
      id: row.id,
      since: toDate(row.removed_at),
      count: row.item_count,
      sizeBytes: row.size_bytes,
    }));
  }

  async endDue(now: Date, limit: number): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const due = await rows.write
        .selectFrom("trash_entries")
        .select("id")
        .where(sql<boolean>`is_ended = 0`)
        .where("ends_at", "<=", toInstant(now))
        .orderBy("ends_at")
        .orderBy("id")
        .limit(Math.min(limit, ROWS_PER_STATEMENT))
        .execute();
      await endSome(
        rows,
        due.map(({ id }) => id),
      );
      return due.length;
    });
  }

  async sweep(limit: number, accountId?: string): Promise<{ removed: number; blobIds: string[] }> {
    return this.#rows.atomically(async (source) => {
      let ended = source.write
        .selectFrom("trash_entries")
        .select("id")
        .where(sql<boolean>`is_ended = 1`);
      if (accountId !== undefined) ended = ended.where("account_id", "=", accountId);
      const rows = await ended.orderBy("id").limit(Math.min(limit, ROWS_PER_STATEMENT)).execute();
      if (rows.length === 0) return { removed: 0, blobIds: [] };
      return sweepEntries(
        source,
        rows.map(({ id }) => id),
        limit,
      );
    });
  }
}
