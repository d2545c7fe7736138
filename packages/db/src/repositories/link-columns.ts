import type { Generated } from "kysely";

export interface LinksTable {
  id: string;
  /** Exactly one of these four is set. */
  file_id: string | null;
  folder_id: number | null;
  trashed_file_id: string | null;
  trashed_folder_id: number | null;
  password_hash: string | null;
  access_list: string | null;
  ends_at: number | null;
  max_downloads: number | null;
  used_count: number;
  is_on: number;
  note: string;
  created_at: number;
  /** Its expiry was recorded. */
  has_ended: Generated<number>;
  /** Owner of the file or folder. */
  owner_id: string | null;
}
