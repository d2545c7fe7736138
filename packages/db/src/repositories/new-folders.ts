import { type NewFolder, sortName } from "@consigne/core";
import { sql } from "kysely";
import { toInstant } from "../columns.ts";
import type { TransactionRows } from "../row-source.ts";
import { rowInsertion } from "./row-insertion.ts";
import type { Value } from "./value-rows.ts";

const columns = [
  "account_id",
  "parent_id",
  "name",
  "sort_name",
  "created_at",
  "public_share_id",
  "share_password_hash",
] as const;

const insertion = rowInsertion<{ id: number }>(
  "insert-folder",
  "folders",
  columns,
  sql`on conflict (parent_id, name) do nothing returning id`,
);

function toRow(folder: NewFolder): Record<(typeof columns)[number], Value> {
  return {
    account_id: folder.accountId,
    parent_id: folder.parentId ?? null,
    name: folder.name,
    sort_name: sortName(folder.name),
    created_at: toInstant(folder.createdAt),
    public_share_id: folder.publicShareId ?? null,
    share_password_hash: folder.sharePasswordHash ?? null,
  };
}

/** The id of the new folder, which is not counted yet; undefined if the name is taken. */
export async function insertFolder(rows: TransactionRows, folder: NewFolder): Promise<number | undefined> {
  const row = toRow(folder);
  const [inserted] = await rows.writePrepared(insertion, [columns.map((column) => row[column])]);
  return inserted?.id;
}
