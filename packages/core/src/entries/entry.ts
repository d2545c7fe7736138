import type { FolderCounters } from "../accounts/usage.ts";
import type { ListedFile } from "../files/file.ts";
import type { LinkUse } from "../links/link.ts";
import type { Folder } from "../folders/folder.ts";

/** A folder with what lies directly in it. */
export interface CountedFolder extends Folder, Omit<FolderCounters, "levelsBelow"> {}

export interface EntryFile extends ListedFile {
  readonly folderId: number;
  readonly isInline: boolean;
  /** Download links of which the first byte was asked for. */
  readonly downloads: number;
  /** Its link is hidden from the caller: `id` is none, and it is had by its folder and name. */
  readonly isHidden?: boolean | undefined;
  /** Of its own link; undefined where that has no rules. */
  readonly ownLink: LinkUse | undefined;
}

/** What lies in a folder. */
export type Entry =
  | { readonly kind: "folder"; readonly folder: CountedFolder }
  | { readonly kind: "file"; readonly file: EntryFile };

export type EntrySort = "name" | "size" | "date" | "downloads";

export interface EntryOrder {
  readonly sort: EntrySort;
  readonly isDescending: boolean;
}
