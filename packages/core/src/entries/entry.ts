import type { FolderCounters } from "../accounts/usage.ts";
import type { ListedFile } from "../files/file.ts";
import type { LinkUse } from "../links/link.ts";
import type { Folder } from "../folders/folder.ts";

/** A folder with the number and size of what is directly in it. */
export interface CountedFolder extends Folder, Omit<FolderCounters, "levelsBelow"> {}

export interface EntryFile extends ListedFile {
  readonly folderId: number;
  readonly isInline: boolean;
  /** Downloads whose first byte was requested. */
  readonly downloads: number;
  /** The link is hidden from the caller: `id` is not a link, and the file is downloaded by its folder and name. */
  readonly isHidden?: boolean | undefined;
  /** The use of the file's own link. Undefined if the link has no rules. */
  readonly ownLink: LinkUse | undefined;
}

/** An entry in a folder. */
export type Entry =
  | { readonly kind: "folder"; readonly folder: CountedFolder }
  | { readonly kind: "file"; readonly file: EntryFile };

export type EntrySort = "name" | "size" | "date" | "downloads";

export interface EntryOrder {
  readonly sort: EntrySort;
  readonly isDescending: boolean;
}
