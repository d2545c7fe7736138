import { DatabaseError } from "@consigne/core";
import type { Database } from "@consigne/core";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { CommitFlushes } from "./commit-flushes.ts";
import { LogKeeper } from "./log-keeper.ts";
import { SqliteDatabase } from "./sqlite-database.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { fullError, readOnlyError } from "./sqlite-errors.ts";
import { openLoneReader, openReader, openWriter, prepareFile } from "./sqlite-file.ts";
import { applyMigrations, readSchemaState, refuseNewerSchema } from "./sqlite-schema.ts";

const DEFAULT_BUSY_TIMEOUT_MS = 10_000;
/** If the file is locked for longer, a server is running. */
const LONE_TIMEOUT_MS = 500;
/** Another process's migration may take longer than any transaction. */
const MIGRATION_TIMEOUT_MS = 120_000;

export interface SqliteOptions {
  /** A file; its folder must exist. Created with mode 0600 if missing. */
  path: string;
  /** How long a write may wait for other processes, in milliseconds. Default 10 000. */
  busyTimeoutMs?: number;
  /** False: only open if the tables are up to date. Default true. */
  migrate?: boolean;
  /** Called with the names of the migrations that were applied, if any. */
  onMigrated?: ((names: readonly string[]) => void) | undefined;
  /** Called before every write once the database is open: a returned error is thrown instead of writing. */
  refusal?: () => DatabaseError | undefined;
  /** False: the file must exist, so that a lost one is not replaced by an empty one. Default true. */
  create?: boolean;
}

/**
 * Opens the database, applies missing migrations and makes sure that it can be written.
 * @throws {DatabaseError} saying what to do
 */
export async function openSqliteDatabase(options: SqliteOptions): Promise<Database> {
  const path = resolve(options.path);
  const busyTimeoutMs = options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS;
  prepareFile(path, options.create ?? true);
  if (options.migrate ?? true) {
    const applied = await migrateFile(path);
    if (applied.length > 0) options.onMigrated?.(applied);
  }
  const opened: SqliteConnection[] = [];
  let keeper: LogKeeper | undefined;
  let flushes: CommitFlushes | undefined;
  try {
    const writer = await openWriter(path, busyTimeoutMs, { hasLogKeeper: true });
    opened.push(writer);
    await requireCurrentSchema(writer);
    const reader = openReader(path, busyTimeoutMs);
    opened.unshift(reader);
    const { ino } = await stat(path, { bigint: true });
    let isOpen = false;
    const refusal = () => (isOpen ? options.refusal?.() : undefined);
    keeper = new LogKeeper(path, writer);
    flushes = new CommitFlushes(path, reader);
    const database = new SqliteDatabase({ path, inode: ino, reader, writer, refusal, keeper, flushes });
    await database.check();
    isOpen = true;
    return database;
  } catch (error) {
    await flushes?.close();
    await keeper?.close();
    for (const connection of opened) connection.close();
    throw error;
  }
}

/**
 * Opens a database on a disk that cannot be written: rows can be read, every write fails with the reason. A running
 * server that has the file open maintains the index of the log, which is read as well.
 * @throws {DatabaseError} if it cannot be read either, or lacks migrations
 */
export async function openSqliteForReading(options: {
  path: string;
  failure: "full" | "read-only";
  busyTimeoutMs?: number;
}): Promise<Database> {
  const path = resolve(options.path);
  const busyTimeoutMs = options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS;
  const reader = await openLoneReader(path, Math.min(busyTimeoutMs, LONE_TIMEOUT_MS)).catch((error: unknown) => {
    if (error instanceof DatabaseError && error.failure === "busy") return openReader(path, busyTimeoutMs);
    throw error;
  });
  try {
    await requireCurrentSchema(reader);
    const { ino } = await stat(path, { bigint: true });
    const refusal = options.failure === "full" ? fullError(path) : readOnlyError(path);
    const writer = new SqliteConnection({ path: ":memory:", busyTimeoutMs: 0 });
    return new SqliteDatabase({ path, inode: ino, reader, writer, refusal: () => refusal });
  } catch (error) {
    reader.close();
    throw error;
  }
}

/**
 * Applies missing migrations to a file, which is created if missing; returns their names.
 * @throws {DatabaseError} naming the migration that failed; the tables are then unchanged
 */
export async function migrateSqlite(path: string): Promise<{ applied: string[] }> {
  const file = resolve(path);
  prepareFile(file, true);
  return { applied: await migrateFile(file) };
}

async function migrateFile(path: string): Promise<string[]> {
  const connection = await openWriter(path, MIGRATION_TIMEOUT_MS);
  try {
    return await applyMigrations(connection);
  } finally {
    connection.close();
  }
}

async function requireCurrentSchema(connection: SqliteConnection): Promise<void> {
  const state = await readSchemaState(connection);
  refuseNewerSchema(connection.path, state);
  if (state.pending.length === 0) return;
  const why =
    state.applied.length === 0
      ? "has no tables yet. Start the server once"
      : "is from an older version of Consigne. Nothing was changed. Back it up with that version, stop its server, and start this version";
  throw new DatabaseError("unavailable", `The database ${connection.path} ${why}, or run \`consigne-server migrate\`.`);
}
