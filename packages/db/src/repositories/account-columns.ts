import type { Account } from "@consigne/core";
import { type AccountRow, toAccount } from "./account-rows.ts";

/** The account for a credential's row, joined with its root folder in the same read. */
export const accountColumns = [
  "accounts.email as account_email",
  "accounts.password_hash as account_password_hash",
  "accounts.plan_id as account_plan_id",
  "accounts.plan_ends_at as account_plan_ends_at",
  "accounts.quota_bytes as account_quota_bytes",
  "accounts.is_admin as account_is_admin",
  "accounts.is_locked as account_is_locked",
  "accounts.removes_at as account_removes_at",
  "accounts.settings as account_settings",
  "accounts.created_at as account_created_at",
  "folders.id as account_root_folder_id",
] as const;

type JoinedAccount = {
  [Column in keyof AccountRow as Column extends "id" ? "account_id" : `account_${Column}`]: AccountRow[Column];
};

export function accountOfJoin(row: JoinedAccount): Account {
  return toAccount({
    id: row.account_id,
    email: row.account_email,
    password_hash: row.account_password_hash,
    plan_id: row.account_plan_id,
    plan_ends_at: row.account_plan_ends_at,
    quota_bytes: row.account_quota_bytes,
    is_admin: row.account_is_admin,
    is_locked: row.account_is_locked,
    removes_at: row.account_removes_at,
    settings: row.account_settings,
    created_at: row.account_created_at,
    root_folder_id: row.account_root_folder_id,
  });
}
