import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { reasonOf } from "@consigne/contract/system-reasons";
import { CopyRefusedError, DatabaseError, refusedWriteOf } from "@consigne/core";
import { findSqliteDamage, removeSqlite, sealSqlite, snapshotSqlite } from "@consigne/db";
import { makeFolder } from "@consigne/launcher/make-folder";
import type { DataPaths } from "../data-folder.ts";
import { syncFolder } from "../durable-files.ts";
import { holdDataFolder, UnwritableLockError } from "../single-server-lock.ts";
import { StartError } from "../start-error.ts";

/** Where the rows are stored until everything that they need has been copied. */
export const newDatabaseFile = ({ databaseFile }: DataPaths): string => `${databaseFile}.new`;

/**
 * Creates a folder that only its owner can read, durably, if it is missing.
 * @throws {StartError} if it cannot be created
 */
export async function makePrivateFolder(path: string): Promise<void> {
  const created = makeIfMissing(path);
  if (created === undefined) return;
  for (let folder = resolve(path); folder !== dirname(resolve(created)); folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

function makeIfMissing(path: string): string | undefined {
  try {
    return makeFolder(path, 0o700);
  } catch (error) {
    if (refusedWriteOf(error) === "full") throw error;
    throw new StartError(
      `The folder ${path} cannot be created: ${reasonOf(error)}. Nothing was copied. Choose another folder, or check who owns the folders above it.`,
      { cause: error },
    );
  }
}

/**
 * Locks a folder against servers, backups and restores.
 * @param mayBeUnwritable a folder that nobody can write needs no lock
 * @throws {StartError}
 */
export function holdFolder(
  directory: string,
  { lockFile }: DataPaths,
  { mayBeUnwritable = false } = {},
): Disposable | undefined {
  try {
    return holdDataFolder(lockFile);
  } catch (error) {
    if (error instanceof UnwritableLockError) {
      if (mayBeUnwritable) return undefined;
      throw error;
    }
    throw new StartError(
      `A server, a backup, a restore or another command is using ${directory}. Nothing was changed. Wait until it is done, or stop it.`,
      { cause: error },
    );
  }
}

/**
 * Locks a data folder that is a backup, because the next backup could replace it at any moment. A folder with a running
 * server needs no lock.
 * @throws {StartError} while it is in use
 */
export function holdWhereBackup(directory: string, paths: DataPaths): Disposable | undefined {
  return existsSync(paths.backupMarkFile) ? holdFolder(directory, paths, { mayBeUnwritable: true }) : undefined;
}

/**
 * Copies the rows as of one moment to where they are stored until everything that they need has been copied.
 * @throws {StartError} if the database is damaged: earlier copies stay as they are
 */
export async function copyRows(from: DataPaths, to: DataPaths, advice: string): Promise<void> {
  await snapshotSqlite(from.databaseFile, newDatabaseFile(to));
  const damage = await findSqliteDamage(newDatabaseFile(to));
  if (damage === undefined) return;
  throw new StartError(`The database ${from.databaseFile} is damaged (${damage}). ${advice}`);
}

/** Replaces the earlier rows with the new ones, which nobody has open. Durable when it resolves. */
export async function replaceDatabase(paths: DataPaths): Promise<void> {
  // A killed process that read the folder may have left a log or a journal, which SQLite would take for that of the new
  // rows.
  const isLeft = ["-wal", "-journal"].some((end) => existsSync(`${paths.databaseFile}${end}`));
  if (isLeft) await sealSqlite(paths.databaseFile);
  await rename(newDatabaseFile(paths), paths.databaseFile);
  await syncFolder(dirname(paths.databaseFile));
}

/**
 * Runs `work`, which writes into `directory`; a failure leaves no partial database and says what is kept.
 * @param unchanged a sentence about what is intact in any case
 * @throws {StartError} if the disk is full
 */
export async function copyingInto<T>(
  directory: string,
  { paths, unchanged }: { paths: DataPaths; unchanged: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await removeSqlite(newDatabaseFile(paths)).catch(() => undefined);
    if (failureOf(error) !== "full") throw error instanceof CopyRefusedError ? error.refusal : error;
    throw new StartError(
      `The disk of ${directory} is full. ${unchanged} Make room there and run the same command again: it resumes where it stopped.`,
      { cause: error },
    );
  }
}

function failureOf(error: unknown): string | undefined {
  if (error instanceof CopyRefusedError) return error.refusal.failure;
  if (error instanceof DatabaseError) return error.failure;
  return refusedWriteOf(error);
}
