/** A folder of one account. The root has no parent and is made with the account. */
export interface Folder {
  id: number;
  accountId: string;
  parentId: number | undefined;
  /** Byte-exact, case-sensitive, never normalised. */
  name: string;
  createdAt: Date;
  /** Set while the folder has a public page. */
  publicShareId: string | undefined;
  sharePasswordHash: string | undefined;
}
