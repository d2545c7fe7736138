/** A folder above what was removed, as it was called then. */
export interface TrashedPlace {
  readonly id: number;
  readonly name: string;
}

/** A removed file or folder, with everything in it; it is restored as a whole. */
export interface TrashEntry {
  readonly id: number;
  readonly accountId: string;
  readonly kind: "file" | "folder";
  /** Of the file or folder, which has this id again when it is restored. */
  readonly targetId: string;
  readonly name: string;
  /** Where it lay, from the root of the account down. */
  readonly place: readonly TrashedPlace[];
  /** Of folders, from the one that was removed down; 0 for a file. */
  readonly levels: number;
  readonly removedAt: Date;
  /** It goes for good then, or earlier where the account lacks room. */
  readonly endsAt: Date;
  /** The key that removed it; undefined for a person and for whoever had a removal link. */
  readonly removedByKeyId: string | undefined;
  /** Files and folders together, the folder itself included. */
  readonly itemCount: number;
  readonly sizeBytes: number;
  /** Not all that lay in the folder has been taken yet. */
  readonly isOpen: boolean;
}

/** A file or folder, as it is asked for after its removal. */
export type RemovedTarget = { readonly fileId: string } | { readonly folderId: number };

export type NewTrashEntry = Omit<TrashEntry, "id" | "itemCount" | "sizeBytes">;

/** How much lies in a trash: files and folders together, and their bytes. */
export interface TrashUsage {
  readonly count: number;
  readonly sizeBytes: number;
}

export interface TrashedFolder {
  readonly id: number;
  readonly parentId: number;
  readonly name: string;
}

/** A file in the trash with what identifies its content. */
export interface TrashedContent {
  readonly id: string;
  readonly name: string;
  readonly blobId: string;
  readonly whirlpool: string | undefined;
  readonly sizeBytes: number;
}

export interface TrashedFile {
  readonly id: string;
  readonly folderId: number;
  readonly name: string;
}
