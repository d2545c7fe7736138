/** What an archive contains. Its entries are looked up, and the policy is asked about each, when the bytes are sent. */
export type ArchiveSubject =
  /**
   * What a folder's public page shows, or an additional link of it, from the folder `folderId` on. `proof` proves the
   * password that was given, if there is one.
   */
  | {
      readonly kind: "share";
      readonly publicShareId: string;
      readonly folderId?: number | undefined;
      readonly proof: string | undefined;
    }
  /** Folders with everything in them, and files: the requester's own, or shared with them. */
  | { readonly kind: "own"; readonly folderIds: readonly number[]; readonly fileIds: readonly string[] };

export interface PlannedArchive {
  /** Name of the folder inside, without an extension. */
  readonly name: string;
  readonly subject: ArchiveSubject;
}
