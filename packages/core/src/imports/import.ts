import type { ImportAccess } from "../ports/import-source.ts";
import type { FetchMessages } from "../remote/fetch-message.ts";
import type { FetchOrder } from "../remote/orderer.ts";

/** An import: folders and files copied into an account from another server. */
export interface Import extends FetchOrder {
  readonly id: number;
  readonly kind: ImportAccess["kind"];
  /** As it may be shown. */
  readonly sourceUrl: string;
  /** The folder there; "" where the address says it. */
  readonly sourcePath: string;
  /** The key or password of the source; gone with the end. */
  readonly sealedAccess: string | undefined;
  /** A plan only: no folder is created and no file fetched. */
  readonly isPlan: boolean;
  /** The job that works on it at present. */
  readonly jobId: string;
  readonly state: ImportState;
  /** Why it stands still or ended; empty while nothing is to be said. */
  readonly messages: FetchMessages;
  /** In a row, of its own accord: the source was not to be had, or there was no room. */
  readonly pauses: number;
  /** Known once the tree was walked. */
  readonly paceMs: number | undefined;
  readonly tallies: ImportTallies;
  /** What the texts of its entries take together. */
  readonly textBytes: number;
}

/** `walking`, then `copying`, unless it is a plan. */
export type ImportState = "walking" | "copying" | ImportEnd["state"];

export interface ImportEnd {
  readonly state: "planned" | "done" | "failed" | "cancelled";
  readonly at: Date;
  readonly messages: FetchMessages;
}

/** `present`: the same content of that name lay there already. */
export type EntryState = "open" | "done" | "present" | "failed";

export interface Tally {
  readonly count: number;
  /** Of those whose size is known. */
  readonly bytes: number;
}

export interface ImportTallies {
  readonly folders: Readonly<Record<Exclude<EntryState, "present">, number>>;
  readonly files: Readonly<Record<EntryState, Tally>>;
  /** Files whose name another content has in their folder here: both are kept. */
  readonly collisions: number;
  /** Files whose name is taken by what may be the same content: the source has no checksums. */
  readonly maybePresent: number;
}

/** One folder or file of an import, told from others by its place in the order of discovery. */
export interface ImportEntry {
  readonly place: number;
  readonly isFolder: boolean;
  /** Place of the folder it lies in; undefined for the beginning. */
  readonly parent: number | undefined;
  /** What the source knows it by. */
  readonly reference: string;
  /** As it is kept here; "" for the beginning. */
  readonly name: string;
  /** The folder here that it becomes or goes to; undefined where a plan would make it. */
  readonly folderId: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly whirlpool: string | undefined;
  readonly state: EntryState;
  readonly attempts: number;
  readonly notBefore: Date;
  /** Why it failed, or is tried again. */
  readonly messages: FetchMessages;
  readonly fileId: string | undefined;
  /** The folder here held another content of this name when it was found: both are kept. */
  readonly collides: boolean;
  /** It held a content of this name that may be the same, which shows once the bytes are here. */
  readonly isMaybePresent: boolean;
}

/** What of an import is listed. */
export interface ImportEntryQuery {
  readonly states: readonly EntryState[];
  /** Only what collides. */
  readonly areCollisions?: boolean | undefined;
  readonly after: number | undefined;
  readonly limit: number;
}

/** With the names of the folders above, from the beginning on, joined by slashes. */
export interface PlacedEntry extends ImportEntry {
  readonly path: string;
}

export const IMPORT = "import";
/** Rows of one import are finite too. */
export const MOST_IMPORT_ENTRIES = 500_000;
/** What an entry takes besides its texts, roughly. */
export const IMPORT_ENTRY_BYTES = 300;
/** Of the paths and messages of one page: those of deep folders with long names would be a hundred times as much. */
const ENTRY_PAGE_CHARACTERS = 256 * 1024;

const charactersOf = ({ path, name, messages }: PlacedEntry): number =>
  path.length + name.length + JSON.stringify(messages).length;

/** The first of them that make a page; one at least. The others are not put together at all. */
export function pageOfEntries(
  entries: readonly ImportEntry[],
  pathOf: (parent: number | undefined) => string,
): PlacedEntry[] {
  const page: PlacedEntry[] = [];
  let characters = 0;
  for (const entry of entries) {
    if (characters >= ENTRY_PAGE_CHARACTERS) break;
    const placed = { ...entry, path: pathOf(entry.parent) };
    page.push(placed);
    characters += charactersOf(placed);
  }
  return page;
}
