import type { ImportAccess } from "../ports/import-source.ts";
import type { FetchMessages } from "../remote/fetch-message.ts";
import type { FetchOrder } from "../remote/orderer.ts";

/** An import: folders and files copied into an account from another server. */
export interface Import extends FetchOrder {
  readonly id: number;
  readonly kind: ImportAccess["kind"];
  /** In a form that may be shown. */
  readonly sourceUrl: string;
  /** The folder at the source; "" if the address includes it. */
  readonly sourcePath: string;
  /** The key or password for the source; deleted when the import ends. */
  readonly sealedAccess: string | undefined;
  /** A dry run: no folder is created and no file fetched. */
  readonly isPlan: boolean;
  /** The current job. */
  readonly jobId: string;
  readonly state: ImportState;
  /** Why it is paused or ended; empty if there is nothing to report. */
  readonly messages: FetchMessages;
  /** Pauses in a row that the server decided on: the source did not answer, or there was no space. */
  readonly pauses: number;
  /** Known once all folders were listed. */
  readonly paceMs: number | undefined;
  readonly tallies: ImportTallies;
  /** Total size of its entries' texts. */
  readonly textBytes: number;
}

/** `walking`, then `copying`, unless it is a plan. */
export type ImportState = "walking" | "copying" | ImportEnd["state"];

export interface ImportEnd {
  readonly state: "planned" | "done" | "failed" | "cancelled";
  readonly at: Date;
  readonly messages: FetchMessages;
}

/** `present`: a file with that name and content already existed. */
export type EntryState = "open" | "done" | "present" | "failed";

export interface Tally {
  readonly count: number;
  /** The total of the entries whose size is known. */
  readonly bytes: number;
}

export interface ImportTallies {
  readonly folders: Readonly<Record<Exclude<EntryState, "present">, number>>;
  readonly files: Readonly<Record<EntryState, Tally>>;
  /** Files whose name belongs to another content in their folder here: both are kept. */
  readonly collisions: number;
  /** Files whose name exists here and may have the same content: the source has no checksums. */
  readonly maybePresent: number;
}

/** One folder or file of an import, identified by its place in the order of discovery. */
export interface ImportEntry {
  readonly place: number;
  readonly isFolder: boolean;
  /** Place of its parent folder; undefined for the starting folder. */
  readonly parent: number | undefined;
  /** Its id at the source. */
  readonly reference: string;
  /** Name here; "" for the starting folder. */
  readonly name: string;
  /** The local folder that it becomes or goes to; undefined if a plan would make it. */
  readonly folderId: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly whirlpool: string | undefined;
  readonly state: EntryState;
  readonly attempts: number;
  readonly notBefore: Date;
  /** Why it failed, or is being retried. */
  readonly messages: FetchMessages;
  readonly fileId: string | undefined;
  /** The local folder held another content with this name at the time of listing: both are kept. */
  readonly collides: boolean;
  /** It held a content with this name that may be the same; known once the bytes are here. */
  readonly isMaybePresent: boolean;
}

/** Which entries of an import to list. */
export interface ImportEntryQuery {
  readonly states: readonly EntryState[];
  /** Only entries that collide. */
  readonly areCollisions?: boolean | undefined;
  readonly after: number | undefined;
  readonly limit: number;
}

/** With the names of its parent folders from the starting folder on, joined by slashes. */
export interface PlacedEntry extends ImportEntry {
  readonly path: string;
}

export const IMPORT = "import";
/** The rows of an import are limited. */
export const MOST_IMPORT_ENTRIES = 500_000;
/** Approximate size of an entry without its texts. */
export const IMPORT_ENTRY_BYTES = 300;
/** Limits the paths and messages on a page: with deep folders and long names they would be a hundred times as much. */
const ENTRY_PAGE_CHARACTERS = 256 * 1024;

const charactersOf = ({ path, name, messages }: PlacedEntry): number =>
  path.length + name.length + JSON.stringify(messages).length;

/** The first entries that make up a page; at least one. Paths of the others are not built at all. */
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
