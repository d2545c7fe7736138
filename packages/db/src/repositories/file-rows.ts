import type { AccessList, FilePage, FilePosition, FileRepository, ListedFile, StoredFile } from "@consigne/core";
import { expressionBuilder } from "kysely";
import type { Expression, Kysely, Selectable, SqlBool, Updateable } from "kysely";
import { parseJson, toDate, toFlag, toInstant } from "../columns.ts";
import type { PreparedRead, RowSource } from "../row-source.ts";
import type { BlobsTable, FilesTable, Tables } from "../tables.ts";
import { countFiles } from "./counters.ts";

type FileChanges = Parameters<FileRepository["update"]>[1];
type FileRow = Selectable<FilesTable> & Pick<Selectable<BlobsTable>, "whirlpool" | "bytes_key" | "damaged_at">;

export class FileRows implements FileRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<StoredFile | undefined> {
    const [file] = await this.#rows.readPrepared(fileById, [id]);
    return file;
  }

  async listByFolder(folderId: number, page: FilePage): Promise<ListedFile[]> {
    return this.#list({ folderId }, page);
  }

  async listByAccount(accountId: string, page: FilePage): Promise<ListedFile[]> {
    return this.#list({ accountId }, page);
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

  async findByName(folderId: number, name: string): Promise<StoredFile | undefined> {
    const [file] = await this.#rows.readPrepared(newestFileOfName, [folderId, name]);
    return file;
  }

  async create(file: StoredFile): Promise<void> {
    const place = { account_id: file.accountId ?? null, folder_id: file.folderId ?? null };
    await this.#rows.atomically(async ({ write }) => {
      const { size_bytes: bytes } = await write
        .insertInto("files")
        .values({
          id: file.id,
          ...place,
          name: file.name,
          blob_key: file.blobId,
          size_bytes: ({ selectFrom }) => selectFrom("blobs").select("size_bytes").where("key", "=", file.blobId),
          content_type: file.contentType,
          domain: file.domain,
          description: file.description,
          password_hash: file.passwordHash ?? null,
          access_list: toAccessListColumn(file.accessList),
          is_inline: toFlag(file.isInline),
          is_ssl_disabled: toFlag(file.isSslDisabled),
          is_cdn: toFlag(file.isCdn),
          removal_code: file.removalCode,
          created_at: toInstant(file.createdAt),
        })
        .returning("size_bytes")
        .executeTakeFirstOrThrow();
      await countFiles(write, place, { count: 1, bytes });
    });
  }

  async update(id: string, changes: FileChanges): Promise<void> {
    const row = toFileChanges(changes);
    if (Object.keys(row).length === 0) return;
    if (row.account_id === undefined && row.folder_id === undefined) {
      await this.#rows.write.updateTable("files").set(row).where("id", "=", id).execute();
      return;
    }
    await this.#rows.atomically(async ({ write }) => {
      const before = await write.selectFrom("files").select(countedColumns).where("id", "=", id).executeTakeFirst();
      const after = await write
        .updateTable("files")
        .set(row)
        .where("id", "=", id)
        .returning(countedColumns)
        .executeTakeFirst();
      if (before === undefined || after === undefined) return;
      if (before.account_id === after.account_id && before.folder_id === after.folder_id) return;
      await countFiles(write, before, { count: -1, bytes: -before.size_bytes });
      await countFiles(write, after, { count: 1, bytes: after.size_bytes });
    });
  }

  async remove(id: string): Promise<void> {
    await this.#rows.atomically(async ({ write }) => {
      const removed = await write.deleteFrom("files").where("id", "=", id).returning(countedColumns).executeTakeFirst();
      if (removed !== undefined) await countFiles(write, removed, { count: -1, bytes: -removed.size_bytes });
    });
  }

  async getUsage(accountId: string): Promise<{ fileCount: number; sizeBytes: number }> {
    const row = await this.#rows.read
      .selectFrom("accounts")
      .select(["file_count", "size_bytes"])
      .where("id", "=", accountId)
      .executeTakeFirst();
    return { fileCount: row?.file_count ?? 0, sizeBytes: row?.size_bytes ?? 0 };
  }

  async #list(place: ListedPlace, page: FilePage): Promise<ListedFile[]> {
    const rows = await selectListed(this.#rows.read)
      .where(isOnPage(place, page))
      .orderBy("files.created_at", directionOf(page))
      .orderBy("files.id", directionOf(page))
      .limit(page.limit)
      .execute();
    return rows.map(toListedFile);
  }
}

const countedColumns = ["account_id", "folder_id", "size_bytes"] as const;

const fileById: PreparedRead<FileRow, StoredFile> = {
  name: "file-by-id",
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
    .selectAll("files")
    .select(["blobs.whirlpool", "blobs.bytes_key", "blobs.damaged_at"]);
}

const listedColumns = [
  "files.id",
  "files.name",
  "files.blob_key",
  "files.size_bytes",
  "files.content_type",
  "files.domain",
  "files.is_cdn",
  "files.created_at",
] as const;

/** Of an access list, which may be large in rows of earlier versions, only whether there is one. */
function selectListed(db: Kysely<Tables>) {
  return db
    .selectFrom("files")
    .innerJoin("blobs", "blobs.key", "files.blob_key")
    .select(listedColumns)
    .select(["blobs.whirlpool", "blobs.damaged_at"])
    .select((eb) => [
      eb("files.password_hash", "is not", null).as("has_password"),
      eb("files.access_list", "is not", null).as("is_restricted"),
    ]);
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

type ListedPlace = { folderId: number } | { accountId: string };

function isOnPage(place: ListedPlace, page: FilePage): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, "files">();
  const { createdAfter, createdBefore, after } = page;
  const conditions = [
    "accountId" in place ? eb("files.account_id", "=", place.accountId) : eb("files.folder_id", "=", place.folderId),
  ];
  if (createdAfter) conditions.push(eb("files.created_at", ">=", toInstant(createdAfter)));
  if (createdBefore) conditions.push(eb("files.created_at", "<", toInstant(createdBefore)));
  if (after) {
    const position = eb.tuple(toInstant(after.createdAt), after.id);
    conditions.push(eb(eb.refTuple("files.created_at", "files.id"), page.newestFirst === true ? "<" : ">", position));
  }
  return eb.and(conditions);
}

function directionOf({ newestFirst }: FilePage): "asc" | "desc" {
  return newestFirst === true ? "desc" : "asc";
}

function toAccessListColumn(accessList: AccessList | undefined): string | null {
  return accessList === undefined ? null : JSON.stringify(accessList);
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
    sizeBytes: row.size_bytes,
    whirlpool: row.whirlpool,
    contentType: row.content_type,
    domain: row.domain,
    description: row.description,
    passwordHash: row.password_hash ?? undefined,
    accessList: row.access_list === null ? undefined : parseJson<AccessList>(row.access_list),
    isInline: row.is_inline === 1,
    isSslDisabled: row.is_ssl_disabled === 1,
    isCdn: row.is_cdn === 1,
    removalCode: row.removal_code,
    createdAt: toDate(row.created_at),
  };
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof selectListed>["executeTakeFirstOrThrow"]>>;

function toListedFile(row: ListedRow): ListedFile {
  return {
    id: row.id,
    name: row.name,
    blobId: row.blob_key,
    isDamaged: row.damaged_at !== null,
    sizeBytes: row.size_bytes,
    whirlpool: row.whirlpool,
    contentType: row.content_type,
    domain: row.domain,
    isCdn: row.is_cdn === 1,
    createdAt: toDate(row.created_at),
    // 0 or 1 from SQLite.
    hasPassword: Boolean(row.has_password),
    isRestricted: Boolean(row.is_restricted),
  };
}

/** A property that is present sets its column, also when its value is undefined and the column may be empty. */
function toFileChanges(changes: FileChanges): Updateable<FilesTable> {
  const row: Updateable<FilesTable> = {};
  if ("accountId" in changes) row.account_id = changes.accountId ?? null;
  if ("folderId" in changes) row.folder_id = changes.folderId ?? null;
  if (changes.name !== undefined) row.name = changes.name;
  if (changes.description !== undefined) row.description = changes.description;
  if ("passwordHash" in changes) row.password_hash = changes.passwordHash ?? null;
  if ("accessList" in changes) row.access_list = toAccessListColumn(changes.accessList);
  if (changes.isInline !== undefined) row.is_inline = toFlag(changes.isInline);
  if (changes.isSslDisabled !== undefined) row.is_ssl_disabled = toFlag(changes.isSslDisabled);
  if (changes.isCdn !== undefined) row.is_cdn = toFlag(changes.isCdn);
  return row;
}
