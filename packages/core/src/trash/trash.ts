/** A folder above a removed entry, with its name at that time. */
export interface TrashedPlace {
  readonly id: number;
  readonly name: string;
}

/** A removed file or folder, with everything in it; it is restored as a whole. */
export interface TrashEntry {
  readonly id: number;
  readonly accountId: string;
  readonly kind: "file" | "folder";
  /** The id of the file or folder, which it gets back when it is restored. */
  readonly targetId: string;
  readonly name: string;
  /** Where it was, from the root of the account down. */
  readonly place: readonly TrashedPlace[];
  /** For folders, counted from the removed one; 0 for a file. */
  readonly levels: number;
  readonly removedAt: Date;
  /** It is removed permanently then, or earlier if the account needs room. */
  readonly endsAt: Date;
  /** The key that removed it; undefined for a person and for a removal link. */
  readonly removedByKeyId: string | undefined;
  /** Files and folders together, including the folder itself. */
  readonly itemCount: number;
  readonly sizeBytes: number;
  /** Not everything in the folder has been taken yet. */
  readonly isOpen: boolean;
}

/** Identifies a removed file or folder. */
export type RemovedTarget = { readonly fileId: string } | { readonly folderId: number };

export type NewTrashEntry = Omit<TrashEntry, "id" | "itemCount" | "sizeBytes">;

/** Size of a trash: number of files and folders together, and their bytes. */
export interface TrashUsage {
  readonly count: number;
  readonly sizeBytes: number;
}

export interface TrashedFolder {
  readonly id: number;
  readonly parentId: number;
  readonly name: string;
}

/** A file in the trash, with the identity of its content. */
export interface TrashedContent {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly blobId: string;
  readonly whirlpool: string | undefined;
  readonly sizeBytes: number;
}

export interface TrashedFile {
  readonly id: string;
  readonly folderId: number;
  readonly name: string;
}
