export interface FolderSharesTable {
  folder_id: number;
  /** Lower-cased e-mail address. */
  email_key: string;
  email: string;
  owner_id: string;
  /** The account with that address; NULL while there is none. */
  account_id: string | null;
  may_write: number;
  hides_links: number;
  created_at: number;
}
