import type {
  ChangeableFileId,
  FileVersion,
  NewVersion,
  RemovableFileId,
  TrashUsage,
  VersionRepository,
  Yielding,
} from "@consigne/core";
import { type Kysely, type Selectable, sql } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { RowSource, TransactionRows } from "../row-source.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import type { BlobsTable, FileVersionsTable, Tables } from "../tables.ts";
import { accountCounters } from "./account-counters.ts";
import { padded, partsOf, readParts } from "./batches.ts";
import { valueRows } from "./value-rows.ts";
import { toWhirlpool } from "./checksum-column.ts";

type VersionRow = Selectable<FileVersionsTable> &
  Pick<Selectable<BlobsTable>, "whirlpool" | "bytes_key" | "damaged_at" | "blocked_at">;

export class VersionRows implements VersionRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async keepCurrent(versions: readonly NewVersion[]): Promise<void> {
    if (versions.length === 0) return;
    await this.#rows.atomically(async (rows) => {
      for (const part of partsOf(versions)) {
        const given = part.map(({ fileId, replacedAt, endsAt, replacedByKeyId }) => [
          fileId,
          toInstant(replacedAt),
          toInstant(endsAt),
          replacedByKeyId ?? "",
        ]);
        const stored = await sql<CountedVersion>`
          with given(file_id, replaced_at, ends_at, replaced_by)
            as (${valueRows(["text", "bigint", "bigint", "text"], given)})
          insert into file_versions (file_id, account_id, blob_key, size_bytes, content_type, stored_at, replaced_at,
            ends_at, replaced_by, is_ended)
          select files.id, files.account_id, files.blob_key, files.size_bytes, files.content_type, files.created_at,
            given.replaced_at, given.ends_at, given.replaced_by, 0
          from given join files on files.id = given.file_id where files.account_id is not null
          returning account_id, size_bytes`.execute(rows.write);
        await countVersions(rows, stored.rows, 1);
      }
    });
  }

  async listByFile(fileId: string, limit: number): Promise<FileVersion[]> {
    const rows = await selectVersions(this.#rows.read)
      .where("file_id", "=", fileId)
      .orderBy("file_versions.id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toVersion);
  }

  async find(fileId: string, id: number): Promise<FileVersion | undefined> {
    const row = await selectVersions(this.#rows.read)
      .where("file_id", "=", fileId)
      .where("file_versions.id", "=", id)
      .executeTakeFirst();
    return row === undefined ? undefined : toVersion(row);
  }

  async findByContent(fileId: string, blobId: string): Promise<FileVersion | undefined> {
    const row = await selectVersions(this.#rows.read)
      .where("file_id", "=", fileId)
      .where("blob_key", "=", blobId)
      .orderBy("file_versions.id", "desc")
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : toVersion(row);
  }

  async countByFiles(fileIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { read } = this.#rows;
    const rows = await readParts(fileIds, (some) =>
      storedVersions(read)
        .select((eb) => ["file_id", eb.fn.countAll<number>().as("count")])
        .where("file_id", "in", some)
        .groupBy("file_id")
        .execute(),
    );
    return new Map(rows.map((row) => [row.file_id, row.count]));
  }

  async getUsage(accountId: string): Promise<TrashUsage> {
    const [row] = await this.#rows.readPrepared(accountCounters, [accountId]);
    return { count: row?.version_count ?? 0, sizeBytes: row?.version_bytes ?? 0 };
  }

  async listOldest(accountId: string, limit: number): Promise<Yielding[]> {
    const rows = await storedVersions(this.#rows.read)
      .select(["id", "replaced_at", "size_bytes"])
      .where("account_id", "=", accountId)
      .orderBy("id")
      .limit(Math.min(limit, ROWS_PER_STATEMENT))
      .execute();
    return rows.map((row) => ({ id: row.id, since: toDate(row.replaced_at), count: 1, sizeBytes: row.size_bytes }));
  }

  async endOfFile(fileId: ChangeableFileId, which: { ids: readonly number[] } | { allBut: number }): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const ofFile = storedVersions(rows.read).select("id").where("file_id", "=", fileId);
      const found =
        "ids" in which
          ? await readParts(which.ids, (some) => ofFile.where("id", "in", some).execute())
          : (await ofFile.orderBy("id", "desc").execute()).slice(which.allBut);
      return endSome(rows, found);
    });
  }

  async endByFiles(fileIds: readonly RemovableFileId[]): Promise<number> {
    return fileIds.length === 0 ? 0 : this.#rows.atomically((rows) => endVersionsOf(rows, fileIds));
  }

  async end(ids: readonly number[]): Promise<void> {
    await this.#rows.atomically((rows) =>
      endSome(
        rows,
        ids.map((id) => ({ id })),
      ),
    );
  }

  async endDue(now: Date, limit: number): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const due = await storedVersions(rows.read)
        .select("id")
        .where("ends_at", "<=", toInstant(now))
        .orderBy("ends_at")
        .orderBy("id")
        .limit(Math.min(limit, ROWS_PER_STATEMENT))
        .execute();
      return endSome(rows, due);
    });
  }

  async sweep(limit: number, accountId?: string): Promise<{ removed: number; blobIds: string[] }> {
    return this.#rows.atomically(async ({ write }) => {
      const blobIds: string[] = [];
      while (blobIds.length < limit) {
        let ended = write
          .selectFrom("file_versions")
          .select("id")
          .where(sql<boolean>`is_ended = 1`);
        if (accountId !== undefined) ended = ended.where("account_id", "=", accountId);
        const gone = await write
          .deleteFrom("file_versions")
          .where("id", "in", ended.orderBy("id").limit(Math.min(limit - blobIds.length, ROWS_PER_STATEMENT)))
          .returning("blob_key")
          .execute();
        if (gone.length === 0) break;
        blobIds.push(...gone.map(({ blob_key: blobId }) => blobId));
      }
      return { removed: blobIds.length, blobIds };
    });
  }
}

/** Ends all versions of these files, some rows at a time. Call in the transaction that removes the files. */
export async function endVersionsOf(rows: TransactionRows, fileIds: readonly string[]): Promise<number> {
  let ended = 0;
  for (const part of partsOf(fileIds)) {
    for (;;) {
      const found = await storedVersions(rows.write)
        .select("id")
        .where("file_id", "in", padded(part))
        .limit(ROWS_PER_STATEMENT)
        .execute();
      if (found.length === 0) break;
      ended += await endSome(rows, found);
    }
  }
  return ended;
}

type CountedVersion = Pick<Selectable<FileVersionsTable>, "account_id" | "size_bytes">;

async function endSome(rows: TransactionRows, versions: readonly { id: number }[]): Promise<number> {
  let count = 0;
  for (const part of partsOf(versions)) {
    const ended = await rows.write
      .updateTable("file_versions")
      .set({ is_ended: 1 })
      .where("id", "in", padded(part.map(({ id }) => id)))
      .where("is_ended", "=", 0)
      .returning(["account_id", "size_bytes"])
      .execute();
    await countVersions(rows, ended, -1);
    count += ended.length;
  }
  return count;
}

/** Adds versions to the counters of their accounts, or subtracts them. */
async function countVersions(
  { write }: TransactionRows,
  versions: readonly CountedVersion[],
  sign: 1 | -1,
): Promise<void> {
  for (const [accountId, each] of Map.groupBy(versions, ({ account_id: id }) => id)) {
    const bytes = each.reduce((sum, { size_bytes: size }) => sum + size, 0);
    await write
      .updateTable("accounts")
      .set((eb) => ({
        version_count: eb("version_count", "+", sign * each.length),
        version_bytes: eb("version_bytes", "+", sign * bytes),
      }))
      .where("id", "=", accountId)
      .execute();
  }
}

/** Exactly as in the indexes, so that they are used. */
function storedVersions(db: Kysely<Tables>) {
  return db.selectFrom("file_versions").where(sql<boolean>`is_ended = 0`);
}

function selectVersions(db: Kysely<Tables>) {
  return storedVersions(db)
    .innerJoin("blobs", "blobs.key", "file_versions.blob_key")
    .selectAll("file_versions")
    .select(["blobs.whirlpool", "blobs.bytes_key", "blobs.damaged_at", "blobs.blocked_at"]);
}

function toVersion(row: VersionRow): FileVersion {
  return {
    id: row.id,
    fileId: row.file_id,
    blobId: row.blob_key,
    blobKey: row.bytes_key,
    isDamaged: row.damaged_at !== null,
    isBlocked: row.blocked_at !== null,
    sizeBytes: row.size_bytes,
    whirlpool: toWhirlpool(row.whirlpool),
    contentType: row.content_type,
    storedAt: toDate(row.stored_at),
    replacedAt: toDate(row.replaced_at),
    endsAt: toDate(row.ends_at),
    replacedByKeyId: row.replaced_by === "" ? undefined : row.replaced_by,
  };
}
