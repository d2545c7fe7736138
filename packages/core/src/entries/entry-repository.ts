import type { CountedFolder, EntryFile, EntryOrder } from "./entry.ts";
import type { ContentTypes } from "./file-kinds.ts";

/** The position of an entry in its folder: its sort value, then its id. */
export interface EntryPosition {
  readonly key: string | number;
  readonly id: string | number;
}

export interface EntryCondition {
  /** Contained in the name; both folded by `foldedName`. */
  readonly namePart?: string | undefined;
  /** Only applies to files. */
  readonly contentTypes?: ContentTypes | undefined;
  /** Inclusive. */
  readonly createdAfter?: Date | undefined;
  /** Exclusive. */
  readonly createdBefore?: Date | undefined;
}

export interface EntrySpan extends EntryOrder {
  /** Only entries that match; undefined: all, which can be totalled without counting. */
  readonly condition: EntryCondition | undefined;
  /** Only entries after this position. */
  readonly after?: EntryPosition | undefined;
  /** This many are skipped first. */
  readonly skip: number;
  /** The most to return; 0 for the total only. */
  readonly limit: number;
}

export interface EntryPart<Each> {
  /** Total number of entries, wherever the span begins. */
  readonly total: number;
  readonly entries: Each[];
}

export interface NameSearch {
  /** Folded by `foldedName`. */
  readonly parts: readonly string[];
  /** Only entries after this position. */
  readonly after: EntryPosition | undefined;
}

export interface SearchStep<Each> {
  readonly found: Each[];
  /** Where the next step begins; undefined at the end. */
  readonly next: EntryPosition | undefined;
}

/**
 * What is directly in a folder, in any order and from any position. No step takes longer than a few milliseconds,
 * however many entries there are; with a condition, all of them are examined step by step.
 */
export interface EntryRepository {
  /** Folders have no size and no downloads: in those orders they are sorted by name, from a to z. */
  listFolders(parentId: number, span: EntrySpan): Promise<EntryPart<CountedFolder>>;
  listFiles(folderId: number, span: EntrySpan): Promise<EntryPart<EntryFile>>;
  /** Those that exist, in the order of the ids. */
  findFolders(ids: readonly number[]): Promise<CountedFolder[]>;
  findFiles(ids: readonly string[]): Promise<EntryFile[]>;
  /** Folders of an account whose names contain all parts, ordered by name: one step of a walk through all of them. */
  searchFolders(accountId: string, search: NameSearch): Promise<SearchStep<CountedFolder>>;
  searchFiles(accountId: string, search: NameSearch): Promise<SearchStep<EntryFile>>;
}
