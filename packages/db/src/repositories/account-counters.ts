import type { PreparedRead } from "../row-source.ts";

interface CountersRow {
  file_count: number;
  size_bytes: number;
  folder_count: number;
  trash_count: number;
  trash_bytes: number;
  version_count: number;
  version_bytes: number;
}

/** An account's counters, as needed for adding files or folders; no row if there is no such account. */
export const accountCounters: PreparedRead<CountersRow, CountersRow> = {
  name: "account-counters",
  isFresh: true,
  build: (db) =>
    db
      .selectFrom("accounts")
      .select(["file_count", "size_bytes", "folder_count", "trash_count", "trash_bytes"])
      .select(["version_count", "version_bytes"])
      .where("id", "=", "")
      .compile(),
  toEntity: (row) => row,
};
