import { DatabaseError, errnoOf, refusedWriteOf } from "@consigne/core";
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { SnapshotReader } from "./snapshot-reader.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { fullError, readOnlyError } from "./sqlite-errors.ts";

/** The write-ahead log is truncated to this after a burst. */
const LONGEST_LOG_BYTES = 64 * 1024 * 1024;
/**
 * A commit copies the log into the file itself when it has this many pages, which is the same length: see `LogKeeper`.
 */
const LONGEST_LOG_PAGES = 16_000;

/**
 * Creates a missing file, readable only by its owner (SQLite gives its log the same mode). An existing file is not
 * opened here: closing it again would release the locks that other connections of this process hold, see
 * https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_.
 */
export function prepareFile(path: string, mayCreate: boolean): void {
  if (existsSync(path)) return;
  if (!mayCreate) {
    throw new DatabaseError("unavailable", `The database ${path} is missing. Put it back or restore a backup.`);
  }
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    throw creationError(path, error);
  }
}

function creationError(path: string, cause: unknown): DatabaseError {
  const refusal = refusedWriteOf(cause);
  if (refusal !== undefined) return refusal === "full" ? fullError(path, cause) : readOnlyError(path, cause);
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new DatabaseError("unavailable", `The database ${path} cannot be created: ${detail}`, { cause });
}

/**
 * Durable at each commit: WAL alone would lose the last ones in a power cut. `hasLogKeeper`: a `LogKeeper` copies the log,
 * and commits are durable when `CommitFlushes` has flushed them.
 */
export async function openWriter(
  path: string,
  busyTimeoutMs: number,
  { hasLogKeeper = false }: { hasLogKeeper?: boolean } = {},
): Promise<SqliteConnection> {
  const connection = new SqliteConnection({ path, busyTimeoutMs });
  try {
    const { rows } = await connection.execute<{ journal_mode: string }>("pragma journal_mode = wal");
    if (rows[0]?.journal_mode !== "wal") {
      throw new DatabaseError("unavailable", `The file system of ${path} lacks what SQLite needs; use a local disk.`);
    }
    await connection.execute(`pragma synchronous = ${hasLogKeeper ? "normal" : "full"}`);
    // On macOS, fsync alone leaves the bytes in the drive's cache.
    await connection.execute("pragma fullfsync = on");
    await connection.execute("pragma checkpoint_fullfsync = on");
    await connection.execute(`pragma journal_size_limit = ${LONGEST_LOG_BYTES}`);
    if (hasLogKeeper) await connection.execute(`pragma wal_autocheckpoint = ${LONGEST_LOG_PAGES}`);
    // Each page is saved before a statement changes it, in a temporary file if not in memory: half of all writes.
    await connection.execute("pragma temp_store = memory");
    await connection.execute("pragma trusted_schema = off");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Not opened read-only: even a reader must be able to recover the log after a crash, and to remove it at the end. */
export function openReader(path: string, busyTimeoutMs: number): SnapshotReader {
  return new SnapshotReader({ path, busyTimeoutMs });
}

/**
 * For a file on an unwritable disk. A log needs its index beside it, which needs space; with the whole file locked, the
 * index is kept in memory. On a read-only disk nothing can be locked, so the index left by a crash is used with the
 * log. If not even the log can be opened, only the file is read, provided that the log is empty.
 */
export async function openLoneReader(path: string, busyTimeoutMs: number): Promise<SqliteConnection> {
  try {
    return await tryLoneReader(new SqliteConnection({ path, busyTimeoutMs }), { isLocking: true });
  } catch (error) {
    // The process that locked the file may be writing it.
    if (error instanceof DatabaseError && error.failure === "busy") throw error;
    if (statSync(`${path}-journal`, { throwIfNoEntry: false })?.size) throw error;
    const isLogEmpty = !statSync(`${path}-wal`, { throwIfNoEntry: false })?.size;
    return await tryLoneReader(new SqliteConnection({ path, busyTimeoutMs, isImmutable: isLogEmpty }), {
      isLocking: isLogEmpty,
    });
  }
}

async function tryLoneReader(
  connection: SqliteConnection,
  { isLocking }: { isLocking: boolean },
): Promise<SqliteConnection> {
  try {
    if (isLocking) await connection.execute("pragma locking_mode = exclusive");
    await connection.execute("pragma query_only = on");
    await connection.execute("pragma trusted_schema = off");
    await connection.execute("select 1 from sqlite_master");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
