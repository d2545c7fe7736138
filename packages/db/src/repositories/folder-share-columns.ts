export interface FolderSharesTable {
  folder_id: number;
  /** Lower-cased e-mail. */
  email_key: string;
  email: string;
  owner_id: string;
  /** Whose address it is; NULL while no account has it. */
  account_id: string | null;
  may_write: number;
  hides_links: number;
  created_at: number;
}
