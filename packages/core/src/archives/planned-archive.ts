/** What an archive is made of. Its entries are looked up, and the policy is asked about each, when the bytes are sent. */
export type ArchiveSubject =
  /**
   * What the public page of a folder shows, or a further link of it from the folder `folderId` on. `proof` is of the password
   * that was given for it, if it asks for one.
   */
  | {
      readonly kind: "share";
      readonly publicShareId: string;
      readonly folderId?: number | undefined;
      readonly proof: string | undefined;
    }
  /** Folders with all that lies in them, and files: of whoever asks, or shared with them. */
  | { readonly kind: "own"; readonly folderIds: readonly number[]; readonly fileIds: readonly string[] };

export interface PlannedArchive {
  /** Of the folder in it, without an ending. */
  readonly name: string;
  readonly subject: ArchiveSubject;
}
