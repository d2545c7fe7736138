/** SQLite's result codes, see https://sqlite.org/rescode.html. */
const BUSY = 5;
const IO_FAILURE = 10;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

export const isSqliteFailure = (error: unknown): boolean => codeOf(error) !== undefined;
export const isHeldByAnother = (error: unknown): boolean => codeOf(error) === BUSY;
export const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(codeOf(error) ?? 0);
/** A write-ahead log that cannot grow is reported as an I/O error. */
export const isDiskTrouble = (error: unknown): boolean => [FULL, IO_FAILURE].includes(codeOf(error) ?? 0);

/** SQLite's message for a damaged file, for damage that we find ourselves. */
export function damage(): Error {
  return Object.assign(new Error("The index is damaged."), { errcode: CORRUPT });
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  // The low byte is the kind, the rest gives details.
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
