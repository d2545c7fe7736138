/** What gives way to new files where an account lacks room: an entry of its trash, or an older version of a file. */
export interface Yielding {
  readonly id: number;
  /** Since when it lies there: the oldest goes first. */
  readonly since: Date;
  /** Files and folders, or 1 for a version. */
  readonly count: number;
  readonly sizeBytes: number;
}
