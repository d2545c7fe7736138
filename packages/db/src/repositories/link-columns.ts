import type { Generated } from "kysely";

export interface LinksTable {
  id: string;
  /** One of these four. */
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
  /** Its end was noted. */
  has_ended: Generated<number>;
  /** Whose file or folder it is. */
  owner_id: string | null;
}
