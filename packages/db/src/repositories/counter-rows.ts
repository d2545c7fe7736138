import { isDeepStrictEqual } from "node:util";
import type { ComparedPage, CounterDeviation, CounterRepository } from "@consigne/core";
import { sql } from "kysely";
import type { RowSource } from "../row-source.ts";
import { levelsBelow, settleLevels } from "./counters.ts";

/** Each comparison is one statement, so that it sees counters and rows at the same moment. */
export class CounterRows implements CounterRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async compareAccounts(afterId: string | undefined, limit: number): Promise<ComparedPage<string>> {
    const rows = await this.#rows.read
      .selectFrom("accounts")
      .select(["id", "file_count", "size_bytes", "folder_count", "trash_count", "trash_bytes"])
      .select(["version_count", "version_bytes"])
      .select([
        trashOf("item_count").as("counted_trash"),
        trashOf("size_bytes").as("counted_trash_bytes"),
        versionsOf("count(*)").as("counted_versions"),
        versionsOf("sum(size_bytes)").as("counted_version_bytes"),
        foldersOfAccount.as("counted_folders"),
        countOf("accounts", "account_id").as("counted_files"),
        sumOf("accounts", "account_id").as("counted_bytes"),
      ])
      .where("id", ">", afterId ?? "")
      .orderBy("id")
      .limit(limit)
      .execute();
    const deviations = rows.flatMap((row): CounterDeviation[] => {
      const stored = {
        fileCount: row.file_count,
        sizeBytes: row.size_bytes,
        folderCount: row.folder_count,
        trashCount: row.trash_count,
        trashBytes: row.trash_bytes,
        versionCount: row.version_count,
        versionBytes: row.version_bytes,
      };
      const counted = {
        fileCount: row.counted_files,
        sizeBytes: row.counted_bytes,
        folderCount: row.counted_folders,
        trashCount: row.counted_trash,
        trashBytes: row.counted_trash_bytes,
        versionCount: row.counted_versions,
        versionBytes: row.counted_version_bytes,
      };
      return isDeepStrictEqual(stored, counted) ? [] : [{ of: "account", id: row.id, kept: stored, counted }];
    });
    return { lastId: rows.length < limit ? undefined : rows.at(-1)?.id, deviations };
  }

  async compareFolders(afterId: number | undefined, limit: number): Promise<ComparedPage<number>> {
    const rows = await this.#rows.read
      .selectFrom("folders")
      .select(["id", "file_count", "size_bytes", "folder_count", "levels_below", levelsBelow.as("counted_levels")])
      .select([
        foldersOfFolder.as("counted_folders"),
        countOf("folders", "folder_id").as("counted_files"),
        sumOf("folders", "folder_id").as("counted_bytes"),
      ])
      .where("id", ">", afterId ?? 0)
      .orderBy("id")
      .limit(limit)
      .execute();
    const deviations = rows.flatMap((row): CounterDeviation[] => {
      const stored = {
        fileCount: row.file_count,
        sizeBytes: row.size_bytes,
        folderCount: row.folder_count,
        levelsBelow: row.levels_below,
      };
      const counted = {
        fileCount: row.counted_files,
        sizeBytes: row.counted_bytes,
        folderCount: row.counted_folders,
        levelsBelow: row.counted_levels,
      };
      return isDeepStrictEqual(stored, counted) ? [] : [{ of: "folder", id: row.id, kept: stored, counted }];
    });
    return { lastId: rows.length < limit ? undefined : rows.at(-1)?.id, deviations };
  }

  async recount(place: { of: "account" | "folder"; id: string | number }): Promise<void> {
    const { of, id } = place;
    const [table, reference] =
      of === "account" ? (["accounts", "account_id"] as const) : (["folders", "folder_id"] as const);
    await this.#rows.atomically(async (rows) => {
      const { write } = rows;
      await write
        .updateTable(table)
        .set({ file_count: countOf(table, reference), size_bytes: sumOf(table, reference) })
        .where(sql.ref(`${table}.id`), "=", id)
        .execute();
      if (typeof id === "number") {
        await write.updateTable("folders").set({ folder_count: foldersOfFolder }).where("id", "=", id).execute();
        return settleLevels(rows, [id]);
      }
      const trash = { trash_count: trashOf("item_count"), trash_bytes: trashOf("size_bytes") };
      const versions = { version_count: versionsOf("count(*)"), version_bytes: versionsOf("sum(size_bytes)") };
      await write
        .updateTable("accounts")
        .set({ folder_count: foldersOfAccount, ...trash, ...versions })
        .where("id", "=", id)
        .execute();
    });
  }
}

type CountedTable = "accounts" | "folders";
type Reference = "account_id" | "folder_id";

function filesOf(table: CountedTable, reference: Reference) {
  return sql`from files where files.${sql.ref(reference)} = ${sql.ref(`${table}.id`)}`;
}

function countOf(table: CountedTable, reference: Reference) {
  return sql<number>`(select count(*) ${filesOf(table, reference)})`;
}

/** Excluding the root, of which there is one. */
const foldersOfAccount = sql<number>`(select count(*) - 1 from folders where folders.account_id = accounts.id)`;

/** The trash counters of entries that have not ended. */
function trashOf(column: "item_count" | "size_bytes") {
  return sql<number>`
    (select cast(coalesce(sum(${sql.ref(`trash_entries.${column}`)}), 0) as bigint) from trash_entries
      where trash_entries.account_id = accounts.id and trash_entries.is_ended = 0)`;
}

function versionsOf(figure: "count(*)" | "sum(size_bytes)") {
  return sql<number>`
    (select cast(coalesce(${sql.raw(figure)}, 0) as bigint) from file_versions
      where file_versions.account_id = accounts.id and file_versions.is_ended = 0)`;
}

const foldersOfFolder = sql<number>`
  (select count(*) from folders as child where child.parent_id = folders.id)`;

/** PostgreSQL would otherwise widen a sum to a decimal. */
function sumOf(table: CountedTable, reference: Reference) {
  return sql<number>`(select cast(coalesce(sum(files.size_bytes), 0) as bigint) ${filesOf(table, reference)})`;
}
