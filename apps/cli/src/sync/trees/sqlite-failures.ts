/** SQLite's own codes: another process holds the file; no room; it is damaged; it is something else. */
const BUSY = 5;
const IO_FAILURE = 10;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

export const isSqliteFailure = (error: unknown): boolean => codeOf(error) !== undefined;
export const isHeldByAnother = (error: unknown): boolean => codeOf(error) === BUSY;
export const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(codeOf(error) ?? 0);
/** A write-ahead log that cannot be made longer is told as a failure to read or write. */
export const isDiskTrouble = (error: unknown): boolean => [FULL, IO_FAILURE].includes(codeOf(error) ?? 0);

/** What SQLite says of a damaged file, for damage that only a look into it shows. */
export function damage(): Error {
  return Object.assign(new Error("The index is damaged."), { errcode: CORRUPT });
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  // The low byte is the kind, the rest says more about it.
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
