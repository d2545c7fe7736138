/** Files and their bytes: all of an account, or those directly in a folder. */
export interface Usage {
  readonly fileCount: number;
  readonly sizeBytes: number;
}

/** Of all files of an account, those in its trash and older versions apart. */
export interface AccountUsage extends Usage {
  readonly trashBytes: number;
  readonly versionBytes: number;
  /** All together: what its quota counts. */
  readonly countedBytes: number;
}

/** Counters that do not say what the rows say. */
export type CounterDeviation =
  | { of: "account"; id: string; kept: AccountCounters; counted: AccountCounters }
  | { of: "folder"; id: number; kept: FolderCounters; counted: FolderCounters };

export interface AccountCounters extends Usage {
  /** Without the root. */
  readonly folderCount: number;
  /** Files and folders in the trash, and their bytes. */
  readonly trashCount: number;
  readonly trashBytes: number;
  /** Older versions of files, and their bytes. */
  readonly versionCount: number;
  readonly versionBytes: number;
}

export interface FolderCounters extends Usage {
  /** Folders directly in it. */
  readonly folderCount: number;
  /** How many levels of folders lie in it; 0 when none does. */
  readonly levelsBelow: number;
}

/** Looks after counters that are kept with the rows they count, and changed in the same transactions. */
export interface CounterRepository {
  /**
   * Counts for the next `limit` accounts after `afterId`, in the order of their ids.
   * `lastId` is undefined when there were fewer.
   */
  compareAccounts(afterId: string | undefined, limit: number): Promise<ComparedPage<string>>;
  compareFolders(afterId: number | undefined, limit: number): Promise<ComparedPage<number>>;
  /** Sets the counters to what is counted in the same statement. */
  recount(place: Pick<CounterDeviation, "of" | "id">): Promise<void>;
}

export interface ComparedPage<Id> {
  readonly lastId: Id | undefined;
  readonly deviations: readonly CounterDeviation[];
}
