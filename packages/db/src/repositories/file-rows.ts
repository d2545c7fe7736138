import type {
  AccessList,
  ContentChange,
  FilePage,
  FilePosition,
  FileRepository,
  FileUpdate,
  ListedFile,
  NewFile,
  RemovableFileId,
  StoredFile,
  UnusedFile,
} from "@consigne/core";
import type { Kysely, Selectable } from "kysely";
import { parseJson, toDate, toInstant } from "../columns.ts";
import type { PreparedRead, RowSource } from "../row-source.ts";
import type { BlobsTable, FilesTable, Tables } from "../tables.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import { accountCounters } from "./account-counters.ts";
import { byId, LONG_ROWS_PER_STATEMENT, partsOf, readParts } from "./batches.ts";
import { countDownloads } from "./download-counting.ts";
import { countFiles } from "./counters.ts";
import { directionOf, isOnPage, type ListedPlace, listFiles } from "./listed-files.ts";
import { asRemoved, countedColumns, replaceContents, updateFiles } from "./file-updates.ts";
import { insertFiles } from "./new-files.ts";
import { type OwnLinkRow, ownLinkColumns, toLinkUse } from "./own-link-columns.ts";
import { toWhirlpool } from "./checksum-column.ts";

/** Otherwise each download would be a write. */
const GUEST_USE_MS = 3_600_000;

type FileRow = Selectable<FilesTable> &
  Pick<Selectable<BlobsTable>, "whirlpool" | "bytes_key" | "damaged_at" | "blocked_at"> &
  OwnLinkRow;

export class FileRows implements FileRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<StoredFile | undefined> {
    const [file] = await this.#rows.readPrepared(fileById, [id]);
    return file;
  }

  async findByIds(ids: readonly string[]): Promise<StoredFile[]> {
    const [id] = ids;
    // Most calls name one file, and this read stays prepared.
    if (id !== undefined && ids.length === 1) return [...(await this.#rows.readPrepared(fileById, [id]))];
    const rows = await readParts(
      ids,
      (some) => selectFiles(this.#rows.read).where("files.id", "in", some).execute(),
      LONG_ROWS_PER_STATEMENT,
    );
    return rows.map(toStoredFile);
  }

  async listByFolder(folderId: number, page: FilePage): Promise<ListedFile[]> {
    return listFiles(this.#rows, { folderId }, page);
  }

  async listByAccount(accountId: string, page: FilePage): Promise<ListedFile[]> {
    return listFiles(this.#rows, { accountId }, page);
  }

  async listPositions(place: ListedPlace, page: FilePage): Promise<FilePosition[]> {
    const rows = await this.#rows.read
      .selectFrom("files")
      .select(["files.id", "files.created_at"])
      .where(isOnPage(place, page))
      .orderBy("files.created_at", directionOf(page))
      .orderBy("files.id", directionOf(page))
      .limit(page.limit)
      .execute();
    return rows.map((row) => ({ id: row.id, createdAt: toDate(row.created_at) }));
  }

  async listByName(folderId: number, name: string, limit: number): Promise<StoredFile[]> {
    const rows = await selectFiles(this.#rows.read)
      .where("files.folder_id", "=", folderId)
      .where("files.name", "=", name)
      .orderBy("files.created_at", "desc")
      .orderBy("files.id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toStoredFile);
  }

  async findByName(folderId: number, name: string): Promise<StoredFile | undefined> {
    const [file] = await this.#rows.readPrepared(newestFileOfName, [folderId, name]);
    return file;
  }

  async findByContent(
    folderId: number,
    name: string,
    { whirlpool, sizeBytes }: { whirlpool: string; sizeBytes: number | undefined },
  ): Promise<StoredFile | undefined> {
    let found = selectFiles(this.#rows.read)
      .where("files.folder_id", "=", folderId)
      .where("files.name", "=", name)
      .where("blobs.whirlpool", "=", whirlpool)
      .where("blobs.damaged_at", "is", null);
    if (sizeBytes !== undefined) found = found.where("blobs.size_bytes", "=", sizeBytes);
    const row = await found.limit(1).executeTakeFirst();
    return row === undefined ? undefined : toStoredFile(row);
  }

  async createMany(files: readonly NewFile[]): Promise<void> {
    if (files.length === 0) return;
    await this.#rows.atomically((rows) => insertFiles(rows, files));
  }

  async updateMany(updates: readonly FileUpdate[]): Promise<void> {
    if (updates.length === 0) return;
    await this.#rows.atomically((rows) => updateFiles(rows, updates));
  }

  async replaceContents(changes: readonly ContentChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#rows.atomically((rows) => replaceContents(rows, changes));
  }

  async removeMany(ids: readonly RemovableFileId[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#rows.atomically(async (rows) => {
      const inOrder = byId(ids, (id) => id);
      const removed = await readParts(inOrder, (some) =>
        rows.write.deleteFrom("files").where("id", "in", some).returning(countedColumns).execute(),
      );
      await countFiles(rows, removed.map(asRemoved));
    });
  }

  async getUsage(accountId: string): Promise<{ fileCount: number; sizeBytes: number }> {
    const [row] = await this.#rows.readPrepared(accountCounters, [accountId]);
    return { fileCount: row?.file_count ?? 0, sizeBytes: row?.size_bytes ?? 0 };
  }

  async countDownloads(accountId: string): Promise<number> {
    const row = await this.#rows.read
      .selectFrom("accounts")
      .select("download_count")
      .where("id", "=", accountId)
      .executeTakeFirst();
    return row?.download_count ?? 0;
  }

  async noteDownloads(ids: readonly string[]): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      for (const part of partsOf(ids)) await countDownloads(rows, part);
    });
  }

  async noteGuestUse(id: string, now: Date): Promise<void> {
    const instant = toInstant(now);
    await this.#rows.write
      .updateTable("files")
      .set({ guest_used_at: instant })
      .where("id", "=", id)
      .where("guest_used_at", "<", instant - GUEST_USE_MS)
      .execute();
  }

  async listUnusedOfGuests(before: Date, limit: number): Promise<UnusedFile[]> {
    const rows = await this.#rows.read
      .selectFrom("files")
      .select(["id", "name", "blob_key"])
      .where("guest_used_at", "is not", null)
      .where("guest_used_at", "<", toInstant(before))
      .orderBy("guest_used_at")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ id: row.id, name: row.name, blobId: row.blob_key }));
  }

  async getUsageOfGuests(): Promise<{ files: number; fileBytes: number }> {
    const held = { files: 0, fileBytes: 0 };
    let after: { guest_used_at: number; id: string } | undefined;
    for (;;) {
      const rows = await this.#pageOfGuests(after);
      for (const row of rows) {
        held.files += 1;
        held.fileBytes += row.size_bytes;
      }
      after = rows.at(-1);
      if (rows.length < ROWS_PER_STATEMENT) return held;
    }
  }

  #pageOfGuests(after: { guest_used_at: number; id: string } | undefined) {
    let query = this.#rows.read
      .selectFrom("files")
      .select(["id", "size_bytes"])
      .select((eb) => eb.ref("guest_used_at").$notNull().as("guest_used_at"))
      .where("guest_used_at", "is not", null)
      .orderBy("guest_used_at")
      .orderBy("id")
      .limit(ROWS_PER_STATEMENT);
    if (after !== undefined) {
      query = query.where((eb) => eb(eb.refTuple("guest_used_at", "id"), ">", eb.tuple(after.guest_used_at, after.id)));
    }
    return query.execute();
  }
}

const fileById: PreparedRead<FileRow, StoredFile> = {
  name: "file-by-id",
  isStanding: true,
  build: (db) => selectFiles(db).where("files.id", "=", "").compile(),
  toEntity: toStoredFile,
};

const newestFileOfName: PreparedRead<FileRow, StoredFile> = {
  name: "file-by-name",
  build: compileNewestOfName,
  toEntity: toStoredFile,
};

function selectFiles(db: Kysely<Tables>) {
  return db
    .selectFrom("files")
    .innerJoin("blobs", "blobs.key", "files.blob_key")
    .leftJoin("links as own", "own.id", "files.id")
    .selectAll("files")
    .select(["blobs.whirlpool", "blobs.bytes_key", "blobs.damaged_at", "blobs.blocked_at"])
    .select(ownLinkColumns);
}

function compileNewestOfName(db: Kysely<Tables>) {
  return selectFiles(db)
    .where("files.folder_id", "=", 0)
    .where("files.name", "=", "")
    .orderBy("files.created_at", "desc")
    .orderBy("files.id", "desc")
    .limit((limit) => limit.lit(1))
    .compile();
}

function toStoredFile(row: FileRow): StoredFile {
  return {
    id: row.id,
    accountId: row.account_id ?? undefined,
    folderId: row.folder_id ?? undefined,
    name: row.name,
    blobId: row.blob_key,
    blobKey: row.bytes_key,
    isDamaged: row.damaged_at !== null,
    isBlocked: row.blocked_at !== null,
    sizeBytes: row.size_bytes,
    whirlpool: toWhirlpool(row.whirlpool),
    contentType: row.content_type,
    domain: row.domain,
    description: row.description,
    passwordHash: row.password_hash ?? undefined,
    accessList: row.access_list === null ? undefined : parseJson<AccessList>(row.access_list),
    ...(row.own_is_on === null ? {} : { ownLink: toLinkUse(row) }),
    isInline: row.is_inline === 1,
    isSslDisabled: row.is_ssl_disabled === 1,
    isCdn: row.is_cdn === 1,
    removalCode: row.removal_code,
    createdAt: toDate(row.created_at),
  };
}
