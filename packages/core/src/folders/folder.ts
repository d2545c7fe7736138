/** A folder of one account. The root has no parent and is made with the account. */
export interface Folder {
  readonly id: number;
  readonly accountId: string;
  readonly parentId: number | undefined;
  /** Byte-exact, case-sensitive, never normalized. */
  readonly name: string;
  readonly createdAt: Date;
  /** Set while the folder has a public page. */
  readonly publicShareId: string | undefined;
  readonly sharePasswordHash: string | undefined;
}
