import type { RemovableAccountId } from "../accounts/account-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { FetchMessages } from "../remote/fetch-message.ts";
import type { OrderOwner } from "../remote/orderer.ts";
import type {
  EntryState,
  Import,
  ImportEnd,
  ImportEntry,
  ImportEntryQuery,
  ImportTallies,
  PlacedEntry,
} from "./import.ts";

export type NewImport = Omit<
  Import,
  "id" | "folderId" | "state" | "messages" | "pauses" | "paceMs" | "endedAt" | "tallies" | "textBytes"
> & { readonly folderId: Permitted<"folder.use", number> };

/** `place` is assigned by the repository, in list order. */
export type NewImportEntry = Omit<ImportEntry, "place" | "attempts" | "fileId">;

export interface EntryEnd {
  readonly state: Exclude<EntryState, "open">;
  readonly messages: FetchMessages;
  readonly fileId?: string;
}

/** How many of the discovered files have a name that is taken. */
export type FoundNames = Pick<ImportTallies, "collisions"> & Partial<Pick<ImportTallies, "maybePresent">>;

export interface ImportEntryPage {
  readonly entries: PlacedEntry[];
  /** None comes after these. */
  readonly isLast: boolean;
}

/** Tallies are updated with every change of entries, in the same transaction. */
export interface ImportRepository {
  /** Includes the starting folder as its first entry. */
  create(order: NewImport): Promise<number>;
  findById(id: number): Promise<Import | undefined>;
  /** Newest first. */
  list(owner: OrderOwner, page: { before: number | undefined; limit: number }): Promise<Import[]>;
  /** Imports of an account that have not ended. */
  countOpen(accountId: string): Promise<number>;
  findEntry(id: number, place: number): Promise<ImportEntry | undefined>;
  /** Open folders or files that are due, first discovered first. */
  listDue(id: number, kind: "folder" | "file", page: { now: Date; limit: number }): Promise<ImportEntry[]>;
  /** When the next open folder or file is due; undefined when none is open. */
  nextDueAt(id: number, kind: "folder" | "file"): Promise<Date | undefined>;
  addEntries(id: number, entries: readonly NewImportEntry[], found: FoundNames): Promise<void>;
  /** Removes at most this many of the last entries whose folder is still open. @returns how many were removed */
  removeUnfinished(id: number, limit: number): Promise<number>;
  /**
   * False if it had ended. An entry that turns out to be here already no longer counts as a collision; one that was
   * copied although it may be here does.
   */
  endEntry(id: number, place: number, end: EntryEnd): Promise<boolean>;
  noteAttempt(
    id: number,
    place: number,
    note: Pick<ImportEntry, "attempts" | "notBefore"> & Partial<Pick<ImportEntry, "messages">>,
  ): Promise<void>;
  /** Hands the import over to the next job. */
  handOver(id: number, next: Pick<Import, "jobId" | "messages" | "pauses">): Promise<void>;
  /** Resets the number of pauses, because something worked. */
  endPause(id: number): Promise<void>;
  /** All folders were listed. */
  beginCopying(id: number, paceMs: number): Promise<void>;
  /** Deletes the secrets; false if it had ended. */
  end(id: number, end: ImportEnd & { paceMs?: number }): Promise<boolean>;
  /** Whether some entry failed when it was tried, and not merely because its name is impossible here. */
  hasRetriable(id: number): Promise<boolean>;
  /** Restarts an ended import at its folders, on behalf of whoever asked for it now. */
  reopen(
    id: Permitted<"remote.manage", number>,
    again: Pick<Import, "jobId" | "sealedAccess" | "apiKeyId" | "address">,
  ): Promise<void>;
  /**
   * Reopens the next entries after `after` that failed when they were tried.
   * @returns the last of them, if there may be more
   */
  reopenFailed(id: number, page: { after: number; limit: number; now: Date }): Promise<number | undefined>;
  /** In the order of discovery, after `after`; only those in the given states. Fewer than `limit` if they are long. */
  listEntries(id: number, query: ImportEntryQuery): Promise<ImportEntryPage>;
  /**
   * One step of removing an ended import, within a transaction: some of its entries, or the import itself.
   * @returns true once it is gone
   */
  removeSome(id: Permitted<"remote.manage", number>): Promise<boolean>;
  /**
   * Removes ended imports of an account, oldest first, until at most this many, with at most this much text, are left.
   */
  removeOldestEnded(accountId: string, most: { imports: number; bytes: number }): Promise<number>;
  removeEndedBefore(time: Date): Promise<number>;
  /** Removes a few hundred rows of an account, in one transaction. @returns how many; 0 once there are none */
  removeSomeByAccount(id: RemovableAccountId): Promise<number>;
}
