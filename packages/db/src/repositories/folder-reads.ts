import type { Folder, FolderCounters } from "@consigne/core";
import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";
import { toDate } from "../columns.ts";
import type { PreparedRead } from "../row-source.ts";
import type { FoldersTable, Tables } from "../tables.ts";

/** More than any tree made by this release has, so that one read is enough. */
export const ANCESTORS_PER_READ = 200;

export const folderById: PreparedRead<Selectable<FoldersTable>, Folder> = {
  name: "folder-by-id",
  build: (db) => db.selectFrom("folders").selectAll().where("id", "=", 0).compile(),
  toEntity: toFolder,
};

export const folderByPlace: PreparedRead<Selectable<FoldersTable>, Folder> = {
  name: "folder-by-place",
  build: (db) => db.selectFrom("folders").selectAll().where("parent_id", "=", 0).where("name", "=", "").compile(),
  toEntity: toFolder,
};

export const folderChildren: PreparedRead<Selectable<FoldersTable>, Folder> = {
  name: "folder-children",
  build: (db) => selectChildren(db).compile(),
  toEntity: toFolder,
};

export const laterChildren: PreparedRead<Selectable<FoldersTable>, Folder> = {
  name: "folder-children-after",
  build: (db) => selectChildren(db).where("name", ">", "").compile(),
  toEntity: toFolder,
};

function selectChildren(db: Kysely<Tables>) {
  return db.selectFrom("folders").selectAll().where("parent_id", "=", 0).orderBy("name").limit(1);
}

export const folderAncestry: PreparedRead<Selectable<FoldersTable>, Folder> = {
  name: "folder-ancestry",
  isStanding: true,
  build: compileAncestry,
  toEntity: toFolder,
};

export const folderContents: PreparedRead<Pick<Selectable<FoldersTable>, CounterColumn>, FolderCounters> = {
  name: "folder-contents",
  build: (db) =>
    db
      .selectFrom("folders")
      .select(["file_count", "size_bytes", "folder_count", "levels_below"])
      .where("id", "=", 0)
      .compile(),
  toEntity: (row) => ({
    fileCount: row.file_count,
    sizeBytes: row.size_bytes,
    folderCount: row.folder_count,
    levelsBelow: row.levels_below,
  }),
};

type CounterColumn = "file_count" | "size_bytes" | "folder_count" | "levels_below";

function compileAncestry(db: Kysely<Tables>) {
  return db
    .withRecursive("ancestry", (query) =>
      query
        .selectFrom("folders")
        .select(["id", "parent_id", sql<number>`0`.as("distance")])
        .where("id", "=", 0)
        .unionAll(
          query
            .selectFrom("ancestry")
            .innerJoin("folders", "folders.id", "ancestry.parent_id")
            .select(["folders.id", "folders.parent_id", sql<number>`ancestry.distance + 1`.as("distance")])
            .where("ancestry.distance", "<", sql.lit(ANCESTORS_PER_READ - 1)),
        ),
    )
    .selectFrom("ancestry")
    .innerJoin("folders", "folders.id", "ancestry.id")
    .selectAll("folders")
    .orderBy("ancestry.distance")
    .compile();
}

export function toFolder(row: Selectable<FoldersTable>): Folder {
  return {
    id: row.id,
    accountId: row.account_id,
    parentId: row.parent_id ?? undefined,
    name: row.name,
    createdAt: toDate(row.created_at),
    publicShareId: row.public_share_id ?? undefined,
    sharePasswordHash: row.share_password_hash ?? undefined,
  };
}
