import type { CountedFolder, EntryFile, EntryOrder } from "./entry.ts";
import type { ContentTypes } from "./file-kinds.ts";

/** Where an entry stands among those of its folder: what it is sorted by, then its id. */
export interface EntryPosition {
  readonly key: string | number;
  readonly id: string | number;
}

export interface EntryCondition {
  /** Stands in the name, as `foldedName` gives both. */
  readonly namePart?: string | undefined;
  /** Of files; of no meaning for folders. */
  readonly contentTypes?: ContentTypes | undefined;
  /** Inclusive. */
  readonly createdAfter?: Date | undefined;
  /** Exclusive. */
  readonly createdBefore?: Date | undefined;
}

export interface EntrySpan extends EntryOrder {
  /** Only those; undefined: all, whose number is known without counting. */
  readonly condition: EntryCondition | undefined;
  /** Only what follows this position. */
  readonly after?: EntryPosition | undefined;
  /** So many are passed over first. */
  readonly skip: number;
  /** Most to return; 0 for none but their number. */
  readonly limit: number;
}

export interface EntryPart<Each> {
  /** How many there are in all, wherever the span begins. */
  readonly total: number;
  readonly entries: Each[];
}

export interface NameSearch {
  /** As `foldedName` gives them. */
  readonly parts: readonly string[];
  /** Only what follows this position. */
  readonly after: EntryPosition | undefined;
}

export interface SearchStep<Each> {
  readonly found: Each[];
  /** Where the next step begins; undefined at the end. */
  readonly next: EntryPosition | undefined;
}

/**
 * What lies directly in a folder, in any order and from any place on. No step takes longer than some milliseconds,
 * however many there are; with a condition all of them are looked at, step by step.
 */
export interface EntryRepository {
  /** Folders have no size and no downloads: in these orders they go by name, from a to z. */
  listFolders(parentId: number, span: EntrySpan): Promise<EntryPart<CountedFolder>>;
  listFiles(folderId: number, span: EntrySpan): Promise<EntryPart<EntryFile>>;
  /** Those that exist, in the order of the ids. */
  findFolders(ids: readonly number[]): Promise<CountedFolder[]>;
  findFiles(ids: readonly string[]): Promise<EntryFile[]>;
  /** The folders of an account in whose names all parts stand, in order of names: one step of a walk through all of them. */
  searchFolders(accountId: string, search: NameSearch): Promise<SearchStep<CountedFolder>>;
  searchFiles(accountId: string, search: NameSearch): Promise<SearchStep<EntryFile>>;
}
