/** Files and their bytes: of a whole account, or directly in a folder. */
export interface Usage {
  readonly fileCount: number;
  readonly sizeBytes: number;
}

/** All files of an account; trash and older versions are counted separately. */
export interface AccountUsage extends Usage {
  readonly trashBytes: number;
  readonly versionBytes: number;
  /** The total that counts against the quota. */
  readonly countedBytes: number;
}

/** Counters that disagree with the rows. */
export type CounterDeviation =
  | { of: "account"; id: string; kept: AccountCounters; counted: AccountCounters }
  | { of: "folder"; id: number; kept: FolderCounters; counted: FolderCounters };

export interface AccountCounters extends Usage {
  /** Excluding the root. */
  readonly folderCount: number;
  /** Files and folders in the trash, and their size. */
  readonly trashCount: number;
  readonly trashBytes: number;
  /** Older versions of files, and their size. */
  readonly versionCount: number;
  readonly versionBytes: number;
}

export interface FolderCounters extends Usage {
  /** Folders directly in it. */
  readonly folderCount: number;
  /** How many levels of folders are below it; 0 if none. */
  readonly levelsBelow: number;
}

/** Checks and repairs counters that are stored beside the rows they count, and changed in the same transactions. */
export interface CounterRepository {
  /** Compares the next `limit` accounts after `afterId`, ordered by id. `lastId` is undefined when there were fewer. */
  compareAccounts(afterId: string | undefined, limit: number): Promise<ComparedPage<string>>;
  compareFolders(afterId: number | undefined, limit: number): Promise<ComparedPage<number>>;
  /** Recounts, in one statement. */
  recount(place: Pick<CounterDeviation, "of" | "id">): Promise<void>;
}

export interface ComparedPage<Id> {
  readonly lastId: Id | undefined;
  readonly deviations: readonly CounterDeviation[];
}
