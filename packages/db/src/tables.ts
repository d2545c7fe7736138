import type {
  ChangeTopic,
  EntryState,
  FloodLock,
  Import,
  JobState,
  MailedTokenEnd,
  MailedTokenPurpose,
  PlanId,
  RemoteEnd,
  SessionEnd,
  SessionLife,
  UploadState,
} from "@consigne/core";
import type { Generated } from "kysely";
import type { FolderSharesTable } from "./repositories/folder-share-columns.ts";
import type { LinksTable } from "./repositories/link-columns.ts";
import type { InvitationsTable } from "./repositories/invitation-columns.ts";
import type { ContentLeavesTable, MergedContentsTable } from "./repositories/manifest-columns.ts";
import type { PartUploadTables } from "./repositories/part-upload-columns.ts";
import type { MessageColumns, OrderColumns } from "./repositories/order-columns.ts";

/**
 * Rows as both engines store them: instants are integer milliseconds since 1970 (UTC), booleans 0 or 1, structures JSON
 * text, missing values NULL. Only the repositories convert them.
 */
export interface Tables extends PartUploadTables {
  accounts: AccountsTable;
  folders: FoldersTable;
  blobs: BlobsTable;
  content_blocks: ContentBlocksTable;
  content_leaves: ContentLeavesTable;
  merged_contents: MergedContentsTable;
  discarded_bytes: DiscardedBytesTable;
  byte_stores: ByteStoresTable;
  files: FilesTable;
  trash_entries: TrashEntriesTable;
  trash_folders: TrashFoldersTable;
  trash_files: TrashFilesTable;
  file_versions: FileVersionsTable;
  api_keys: ApiKeysTable;
  sessions: SessionsTable;
  ended_sessions: EndedSessionsTable;
  mailed_tokens: MailedTokensTable;
  invitations: InvitationsTable;
  uploads: UploadsTable;
  download_tokens: DownloadTokensTable;
  links: LinksTable;
  folder_shares: FolderSharesTable;
  flood_locks: FloodLocksTable;
  audit_records: AuditRecordsTable;
  jobs: JobsTable;
  job_marks: JobMarksTable;
  remote_requests: RemoteRequestsTable;
  remote_items: RemoteItemsTable;
  notes: NotesTable;
  imports: ImportsTable;
  changes: ChangesTable;
  import_entries: ImportEntriesTable;
  write_probe: WriteProbeTable;
}

export interface ChangesTable {
  account_id: string;
  topic: ChangeTopic;
  /** Id of what changed; 0 if an account has only one of it. */
  object: number;
  number: number;
}

export interface RemoteRequestsTable extends OrderColumns {
  id: Generated<number>;
  sealed_headers: string | null;
  /** Approximate size of the request with its addresses. */
  size_bytes: number;
  ended_at: number | null;
}

export interface RemoteItemsTable extends MessageColumns {
  id: string;
  request_id: number;
  place: number;
  account_id: string;
  job_id: string;
  url: string;
  sealed_url: string | null;
  has_credentials: number;
  state: "open" | RemoteEnd["state"];
  file_id: string | null;
  file_name: string | null;
  file_bytes: number | null;
  ended_at: number | null;
}

export interface ImportsTable extends OrderColumns, MessageColumns {
  id: Generated<number>;
  kind: Import["kind"];
  source_url: string;
  source_path: string;
  sealed_access: string | null;
  is_plan: number;
  job_id: string;
  state: Import["state"];
  pauses: number;
  pace_ms: number | null;
  ended_at: number | null;
  folders_open: number;
  folders_done: number;
  folders_failed: number;
  files_open: number;
  files_done: number;
  files_present: number;
  files_failed: number;
  bytes_open: number;
  bytes_done: number;
  bytes_present: number;
  bytes_failed: number;
  collisions: number;
  maybe_present: number;
  /** The next place to assign. */
  entry_count: number;
  text_bytes: number;
}

export interface ImportEntriesTable extends MessageColumns {
  import_id: number;
  place: number;
  is_folder: number;
  parent: number | null;
  reference: string;
  name: string;
  folder_id: number | null;
  size_bytes: number | null;
  whirlpool: string | null;
  state: EntryState;
  attempts: number;
  not_before: number;
  file_id: string | null;
  /** Another content with the same name was found. */
  collides: number;
  /** A content with that name was found that may be the same. */
  maybe_present: number;
}

export interface EndedSessionsTable {
  hash: string;
  account_id: string;
  life: SessionLife;
  created_at: number;
  ends_at: number;
  ended_as: SessionEnd;
  ended_at: number;
}

export interface MailedTokensTable {
  id: string;
  hash: string;
  purpose: MailedTokenPurpose;
  account_id: string;
  email: string | null;
  created_at: number;
  ends_at: number;
  ended_as: MailedTokenEnd | null;
  ended_at: number | null;
}

export interface JobsTable {
  id: string;
  kind: string;
  payload: string;
  account_id: string | null;
  unique_key: string | null;
  lane: string | null;
  priority: number;
  /** Position in the order in which accounts take turns; NULL until the job is ready for the first time. */
  turn: number | null;
  state: JobState;
  run_at: number;
  attempts: number;
  max_attempts: number;
  progress_done: number | null;
  progress_total: number | null;
  last_error: string | null;
  is_cancel_requested: number;
  claim_id: string | null;
  worker: string | null;
  lease_ends_at: number | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

/** `turn PRIORITY`: the turn of the job claimed last. `next KIND`: when a schedule is due. */
export interface ByteStoresTable {
  role: string;
  id: string;
}

export interface NotesTable {
  topic: string;
  name: string;
  value: string;
  noted_at: number;
}

export interface JobMarksTable {
  name: string;
  value: number;
}

export interface AccountsTable {
  id: string;
  email: string;
  /** Lower-cased e-mail address: must be unique. */
  email_key: string;
  password_hash: string;
  plan_id: PlanId;
  plan_ends_at: number | null;
  quota_bytes: number | null;
  is_admin: number;
  is_locked: number;
  /** Its owner deleted it: when it will be removed. */
  removes_at: number | null;
  settings: string;
  created_at: number;
  /** All files of the account. Updated in the transactions that change them. */
  file_count: Generated<number>;
  size_bytes: Generated<number>;
  /** Folders of the account without its root, updated in the same way. */
  folder_count: Generated<number>;
  /** Files and folders in the trash that have not ended, and their size, updated in the same way. */
  trash_count: Generated<number>;
  trash_bytes: Generated<number>;
  /** Older versions that have not ended, including those of files in the trash, updated in the same way. */
  version_count: Generated<number>;
  version_bytes: Generated<number>;
  /** Downloads of its files, including files that are gone. */
  download_count: Generated<number>;
}

/** Earlier contents of files. */
export interface FileVersionsTable {
  id: Generated<number>;
  /** A current file, or one in the trash. */
  file_id: string;
  account_id: string;
  blob_key: string;
  size_bytes: number;
  content_type: string;
  stored_at: number;
  replaced_at: number;
  ends_at: number;
  replaced_by: string;
  /** It no longer counts and cannot be restored. */
  is_ended: number;
}

/** One removal, or one of several in a call: what it took is restored together. */
export interface TrashEntriesTable {
  id: Generated<number>;
  account_id: string;
  is_folder: number;
  /** The removed file or folder. */
  target_id: string;
  name: string;
  /** Where it was: `[id, name]` of each folder, from the root down. */
  place: string;
  /** For folders, counted from the removed one; 0 for a file. */
  levels: number;
  removed_at: number;
  ends_at: number;
  removed_by: string;
  item_count: number;
  size_bytes: number;
  /** Not everything in the folder has been taken yet. */
  is_open: number;
  /** Part of it has been restored. */
  is_restoring: Generated<number>;
  /** It no longer counts and cannot be restored; what it took is being removed. */
  is_ended: number;
}

export interface TrashFoldersTable extends Pick<
  FoldersTable,
  "name" | "created_at" | "public_share_id" | "share_password_hash"
> {
  place: Generated<number>;
  entry_id: number;
  id: number;
  parent_id: number;
}

export interface TrashFilesTable extends Omit<FilesTable, "account_id" | "folder_id"> {
  entry_id: number;
  account_id: string;
  folder_id: number;
}

export interface FoldersTable {
  id: Generated<number>;
  account_id: string;
  /** NULL for the account's single root. */
  parent_id: number | null;
  name: string;
  /** Sort key of the name, see `sortName`. */
  sort_name: Generated<string>;
  created_at: number;
  public_share_id: string | null;
  share_password_hash: string | null;
  /** Files directly in the folder. Updated in the transactions that change them. */
  file_count: Generated<number>;
  size_bytes: Generated<number>;
  /** Folders directly in it, updated in the same way. */
  folder_count: Generated<number>;
  /** Levels of folders below it; 0 if there are none. */
  levels_below: Generated<number>;
}

export interface BlobsTable {
  /** Referenced by files; the storage key of the first bytes of this content. */
  key: string;
  /** Or the value of `checksumColumn` while it is unknown. */
  whirlpool: string;
  size_bytes: number;
  created_at: number;
  /** Current storage key of its bytes. */
  bytes_key: string;
  damaged_at: number | null;
  /** Copied from the block of this content, so that reading a file needs no other table. */
  blocked_at: number | null;
  /** All of them are in `content_leaves`. */
  has_leaves: Generated<number>;
}

export interface ContentBlocksTable {
  id: string;
  whirlpool: string;
  size_bytes: number;
  file_id: string;
  reason: string;
  blocked_at: number;
}

export interface DiscardedBytesTable {
  key: string;
  discarded_at: number;
}

export interface FilesTable {
  id: string;
  account_id: string | null;
  folder_id: number | null;
  name: string;
  sort_name: Generated<string>;
  blob_key: string;
  /** Copied from the blob at creation (its size never changes), so that sums need only an index of this table. */
  size_bytes: number;
  content_type: string;
  domain: number;
  description: string;
  password_hash: string | null;
  access_list: string | null;
  is_inline: number;
  is_ssl_disabled: number;
  is_cdn: number;
  removal_code: string;
  created_at: number;
  /** For a guest's file: when it arrived or was last downloaded, to the hour; NULL for files of accounts. */
  guest_used_at: Generated<number | null>;
  /** Download tokens that were used. */
  download_count: Generated<number>;
}

export interface ApiKeysTable {
  id: string;
  account_id: string;
  name: string;
  hash: string;
  hint: string;
  scopes: string;
  fence_folder_id: number | null;
  allowed_addresses: string;
  expires_at: number | null;
  ended_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  last_used_from: string | null;
  made_by_key_id: string | null;
  created_at: number;
}

export interface SessionsTable {
  id: string;
  account_id: string;
  hash: string;
  life: SessionLife;
  proved_at: number;
  created_at: number;
  last_used_at: number;
  ends_at: number;
  address: string;
  bound_address: string | null;
  user_agent: string;
}

export interface UploadsTable {
  id: string;
  state: UploadState;
  report: string | null;
  created_at: number;
  expires_at: number;
  account_id: Generated<string | null>;
  network: Generated<string | null>;
  report_bytes: Generated<number>;
}

export interface DownloadTokensTable {
  hash: string;
  link_id: string | null;
  file_id: string | null;
  /** The content that the token was made for; NULL in tokens of earlier releases. */
  blob_key: string | null;
  /** JSON. */
  archive: string | null;
  account_id: string | null;
  api_key_id: string | null;
  session_id: string | null;
  is_inline: number;
  is_single: number;
  /** Obtained through a shared folder, and ends with that share. */
  is_by_share: Generated<number>;
  created_at: number;
  start_before: number;
  expires_at: number;
  started_at: number | null;
  client_address: string | null;
}

export interface FloodLocksTable {
  id: string;
  kind: FloodLock["kind"];
  subject: string;
  reason: FloodLock["reason"];
  locked_at: number;
  locked_until: number;
  released_at: number | null;
}

export interface AuditRecordsTable {
  /** Order of arrival among records of the same instant. */
  sequence: Generated<number>;
  id: string;
  at: number;
  account_id: string | null;
  api_key_id: string | null;
  address: string;
  action: string;
  object_id: string;
  details: string;
  owner_id: string | null;
  owner_email: string | null;
  known_as: string | null;
}

/** One row, written by the readiness check to find out whether writing works. */
export interface WriteProbeTable {
  id: number;
  written_at: number;
}
