import { type NewFile, sortName } from "@consigne/core";
import { sql } from "kysely";
import { toFlag, toInstant } from "../columns.ts";
import type { PreparedWrite, TransactionRows } from "../row-source.ts";
import type { FilesTable } from "../tables.ts";
import { byId } from "./batches.ts";
import { countFiles } from "./counters.ts";
import { asAdded, type CountedRow, toAccessListColumn } from "./file-updates.ts";
import { type ColumnType, placeholderRows, type Value } from "./value-rows.ts";

interface FileColumn {
  name: Exclude<keyof FilesTable, "size_bytes">;
  type: ColumnType;
  valueOf: (file: NewFile) => Value;
}

/** All except the size, which is the content's. */
const columns: readonly FileColumn[] = [
  { name: "id", type: "text", valueOf: (file) => file.id },
  { name: "account_id", type: "text", valueOf: (file) => file.accountId ?? null },
  { name: "folder_id", type: "bigint", valueOf: (file) => file.folderId ?? null },
  { name: "name", type: "text", valueOf: (file) => file.name },
  { name: "sort_name", type: "text", valueOf: (file) => sortName(file.name) },
  { name: "blob_key", type: "text", valueOf: (file) => file.blobId },
  { name: "content_type", type: "text", valueOf: (file) => file.contentType },
  { name: "domain", type: "bigint", valueOf: (file) => file.domain },
  { name: "description", type: "text", valueOf: (file) => file.description },
  { name: "password_hash", type: "text", valueOf: (file) => file.passwordHash ?? null },
  { name: "access_list", type: "text", valueOf: (file) => toAccessListColumn(file.accessList) },
  { name: "is_inline", type: "bigint", valueOf: (file) => toFlag(file.isInline) },
  { name: "is_ssl_disabled", type: "bigint", valueOf: (file) => toFlag(file.isSslDisabled) },
  { name: "is_cdn", type: "bigint", valueOf: (file) => toFlag(file.isCdn) },
  { name: "removal_code", type: "text", valueOf: (file) => file.removalCode },
  { name: "created_at", type: "bigint", valueOf: (file) => toInstant(file.createdAt) },
  {
    name: "guest_used_at",
    type: "bigint",
    valueOf: (file) => (file.accountId === undefined ? toInstant(file.createdAt) : null),
  },
];

/** One row is added to ten indexes, mostly on a separate page each. */
const insertion: PreparedWrite<CountedRow> = {
  name: "insert-files",
  most: 128,
  build: (db, rowCount) => {
    const names = sql.join(columns.map(({ name }) => sql.ref(name)));
    const types = columns.map(({ type }) => type);
    return sql<CountedRow>`
      with given(${names}) as (${placeholderRows(types, rowCount)})
      insert into files (${names}, size_bytes)
      select given.*, (select blobs.size_bytes from blobs where blobs.key = given.blob_key) from given
      where given.id is not null
      returning account_id, folder_id, size_bytes`.compile(db);
  },
};

/** Makes files and counts them. Runs in a transaction. */
export async function insertFiles(rows: TransactionRows, files: readonly NewFile[]): Promise<void> {
  const values = byId(files, ({ id }) => id).map((file) => columns.map(({ valueOf }) => valueOf(file)));
  const added = await rows.writePrepared(insertion, values);
  await countFiles(rows, added.map(asAdded));
}
