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

/** `place` is given by the repository, in the order of the list. */
export type NewImportEntry = Omit<ImportEntry, "place" | "attempts" | "fileId">;

export interface EntryEnd {
  readonly state: Exclude<EntryState, "open">;
  readonly messages: FetchMessages;
  readonly fileId?: string;
}

/** How many of the files that were found have a name that is taken. */
export type FoundNames = Pick<ImportTallies, "collisions"> & Partial<Pick<ImportTallies, "maybePresent">>;

export interface ImportEntryPage {
  readonly entries: PlacedEntry[];
  /** None comes after these. */
  readonly isLast: boolean;
}

/** Tallies follow every change of entries, in the same transaction. */
export interface ImportRepository {
  /** With the folder it begins at as its first entry. */
  create(order: NewImport): Promise<number>;
  findById(id: number): Promise<Import | undefined>;
  /** Newest first. */
  list(owner: OrderOwner, page: { before: number | undefined; limit: number }): Promise<Import[]>;
  /** Of an account, those that have not ended. */
  countOpen(accountId: string): Promise<number>;
  findEntry(id: number, place: number): Promise<ImportEntry | undefined>;
  /** Open folders or files that are due, the first discovered first. */
  listDue(id: number, kind: "folder" | "file", page: { now: Date; limit: number }): Promise<ImportEntry[]>;
  /** When the next open folder or file is due; undefined when none is open. */
  nextDueAt(id: number, kind: "folder" | "file"): Promise<Date | undefined>;
  addEntries(id: number, entries: readonly NewImportEntry[], found: FoundNames): Promise<void>;
  /** Of those noted last, at most so many whose folder is still open. @returns how many went */
  removeUnfinished(id: number, limit: number): Promise<number>;
  /**
   * False when it had ended. What turns out to be here already collides with nothing, and what came although it may have
   * been here collides.
   */
  endEntry(id: number, place: number, end: EntryEnd): Promise<boolean>;
  noteAttempt(
    id: number,
    place: number,
    note: Pick<ImportEntry, "attempts" | "notBefore"> & Partial<Pick<ImportEntry, "messages">>,
  ): Promise<void>;
  /** The next job goes on with it. */
  handOver(id: number, next: Pick<Import, "jobId" | "messages" | "pauses">): Promise<void>;
  /** Something went well. */
  endPause(id: number): Promise<void>;
  /** All folders were walked. */
  beginCopying(id: number, paceMs: number): Promise<void>;
  /** Forgets the secrets; false when it had ended. */
  end(id: number, end: ImportEnd & { paceMs?: number }): Promise<boolean>;
  /** Some entry failed when it was tried, not because nothing here can have its name. */
  hasRetriable(id: number): Promise<boolean>;
  /** What has ended goes on with its folders, on behalf of whoever asked for it now. */
  reopen(
    id: Permitted<"remote.manage", number>,
    again: Pick<Import, "jobId" | "sealedAccess" | "apiKeyId" | "address">,
  ): Promise<void>;
  /** Of those that failed when they were tried, the next after `after`. @returns the last of them, if there may be more */
  reopenFailed(id: number, page: { after: number; limit: number; now: Date }): Promise<number | undefined>;
  /** In the order of discovery, after `after`; of the given states alone. Fewer than `limit` where they are long. */
  listEntries(id: number, query: ImportEntryQuery): Promise<ImportEntryPage>;
  /** One step of the removal of an ended import, within a transaction: some of its entries, or itself. @returns true once it is gone */
  removeSome(id: Permitted<"remote.manage", number>): Promise<boolean>;
  /** Ended ones of an account, the oldest first, until so many are left that take so much together. */
  removeOldestEnded(accountId: string, kept: { imports: number; bytes: number }): Promise<number>;
  removeEndedBefore(time: Date): Promise<number>;
  /** A few hundred rows of an account, in one transaction. @returns how many; 0 once it has none */
  removeSomeByAccount(id: RemovableAccountId): Promise<number>;
}
