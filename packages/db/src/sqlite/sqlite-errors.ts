import { DatabaseError } from "@consigne/core";
import { ConstraintError } from "../constraint-error.ts";

/** Primary result codes, see https://sqlite.org/rescode.html; extended codes carry them in the low byte. */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const AUTH = 23;
const NOTADB = 26;
const CONSTRAINT_FOREIGNKEY = 787;
const CONSTRAINT_PRIMARYKEY = 1555;
const CONSTRAINT_UNIQUE = 2067;
const READONLY_DBMOVED = 1032;
const IOERR = 10;
const IOERR_WRITE = 778;
const NOMEM = 7;
const PROTOCOL = 15;

function extendedCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

/** Somebody else holds a lock; retrying the statement may succeed. */
export function isBusy(error: unknown): boolean {
  const code = (extendedCode(error) ?? 0) & 0xff;
  return code === BUSY || code === LOCKED || code === PROTOCOL;
}

/** The file is not a valid database. */
export function isDamage(error: unknown): error is Error {
  const code = (extendedCode(error) ?? 0) & 0xff;
  return code === CORRUPT || code === NOTADB;
}

/** Translates an error of SQLite for the rest of the system; any other error is returned as it is. */
export function translateSqliteError(error: unknown, path: string): unknown {
  const code = extendedCode(error);
  if (code === undefined) return isClosed(error) ? closedError(path, error) : error;
  if ((code & 0xff) === CONSTRAINT) return constraintError(code, error);
  return failureError(code, path, error);
}

function constraintError(code: number, cause: unknown): ConstraintError {
  const detail = cause instanceof Error ? cause.message : "constraint failed";
  if (code === CONSTRAINT_UNIQUE || code === CONSTRAINT_PRIMARYKEY)
    return new ConstraintError("unique", detail, { cause });
  return new ConstraintError(code === CONSTRAINT_FOREIGNKEY ? "reference" : "value", detail, { cause });
}

function failureError(code: number, path: string, cause: unknown): unknown {
  if (code === READONLY_DBMOVED) {
    return new DatabaseError("unavailable", `The database ${path} was moved or removed while in use; restart.`, {
      cause,
    });
  }
  if (code === IOERR_WRITE) return unwrittenError(path, cause);
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return new DatabaseError("busy", `Another program holds the database ${path}; nothing was changed. Try again.`, {
        cause,
      });
    case FULL:
      return fullError(path, cause);
    case PERM:
    case AUTH:
    case READONLY:
      return readOnlyError(path, cause);
    case CORRUPT:
    case NOTADB:
      return corruptError(path, cause);
    case CANTOPEN:
      return new DatabaseError("unavailable", `The database ${path} cannot be opened; check that its folder exists.`, {
        cause,
      });
    case IOERR:
    case NOMEM:
      return new DatabaseError("unavailable", `The database ${path} cannot be read or written; check its disk.`, {
        cause,
      });
    default:
      return cause;
  }
}

export function corruptError(path: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    "corrupt",
    `${path} is damaged or not a database of Consigne. Stop the server, keep a copy of the file and restore a backup.`,
    { cause },
  );
}

export function fullError(path: string, cause?: unknown): DatabaseError {
  return new DatabaseError("full", `The disk that holds ${path} is full; nothing was changed. Free some space.`, {
    cause,
  });
}

export function readOnlyError(path: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    "read-only",
    `The database ${path} cannot be written; check owner and mode of the file and its folder, and how it is mounted.`,
    { cause },
  );
}

/**
 * The disk fails, or the system made it read-only under a running program: SQLite rolls back the transaction, and
 * earlier rows can still be read.
 */
function unwrittenError(path: string, cause: unknown): DatabaseError {
  return new DatabaseError(
    "read-only",
    `The database ${path} can be read and not written, and nothing was changed; check its disk, and how it is mounted.`,
    { cause },
  );
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_INVALID_STATE";
}

export function closedError(path: string, cause?: unknown): DatabaseError {
  return new DatabaseError("unavailable", `The database ${path} is closed.`, { cause });
}
