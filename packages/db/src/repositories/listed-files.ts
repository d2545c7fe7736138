import type { FilePage, ListedFile } from "@consigne/core";
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { PreparedRead, RowSource } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { toWhirlpool } from "./checksum-column.ts";

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

/** For an access list, which may be large in rows of earlier releases, only whether there is one. */
export function selectListed(db: Kysely<Tables>) {
  return db
    .selectFrom("files")
    .innerJoin("blobs", "blobs.key", "files.blob_key")
    .select(listedColumns)
    .select(["blobs.whirlpool", "blobs.damaged_at", "blobs.blocked_at"])
    .select((eb) => [
      eb("files.password_hash", "is not", null).as("has_password"),
      eb("files.access_list", "is not", null).as("is_restricted"),
    ]);
}

export type ListedPlace = { folderId: number } | { accountId: string };

export function isOnPage(place: ListedPlace, page: FilePage): Expression<SqlBool> {
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

export function directionOf({ newestFirst }: FilePage): "asc" | "desc" {
  return newestFirst === true ? "desc" : "asc";
}

/** One page. The first page, mostly a whole folder, is requested again and again. */
export async function listFiles(rows: RowSource, place: ListedPlace, page: FilePage): Promise<ListedFile[]> {
  if (isFirst(page)) {
    const [by, id] =
      "accountId" in place ? (["account_id", place.accountId] as const) : (["folder_id", place.folderId] as const);
    return [...(await rows.readPrepared(firstPages[by][directionOf(page)], [id, page.limit]))];
  }
  const found = await selectListed(rows.read)
    .where(isOnPage(place, page))
    .orderBy("files.created_at", directionOf(page))
    .orderBy("files.id", directionOf(page))
    .limit(page.limit)
    .execute();
  return found.map(toListedFile);
}

const isFirst = ({ after, createdAfter, createdBefore }: FilePage): boolean =>
  after === undefined && createdAfter === undefined && createdBefore === undefined;

const firstPages = {
  folder_id: { asc: firstPage("folder_id", "asc"), desc: firstPage("folder_id", "desc") },
  account_id: { asc: firstPage("account_id", "asc"), desc: firstPage("account_id", "desc") },
} as const;

function firstPage(by: "folder_id" | "account_id", direction: "asc" | "desc"): PreparedRead<ListedRow, ListedFile> {
  return {
    name: `first-files-by-${by}-${direction}`,
    build: (db) =>
      selectListed(db)
        .where(`files.${by}`, "=", by === "folder_id" ? 0 : "")
        .orderBy("files.created_at", direction)
        .orderBy("files.id", direction)
        .limit(1)
        .compile(),
    toEntity: toListedFile,
  };
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof selectListed>["executeTakeFirstOrThrow"]>>;

export function toListedFile(row: ListedRow): ListedFile {
  return {
    id: row.id,
    name: row.name,
    blobId: row.blob_key,
    isDamaged: row.damaged_at !== null,
    isBlocked: row.blocked_at !== null,
    sizeBytes: row.size_bytes,
    whirlpool: toWhirlpool(row.whirlpool),
    contentType: row.content_type,
    domain: row.domain,
    isCdn: row.is_cdn === 1,
    createdAt: toDate(row.created_at),
    // 0 or 1 from SQLite.
    hasPassword: Boolean(row.has_password),
    isRestricted: Boolean(row.is_restricted),
  };
}
