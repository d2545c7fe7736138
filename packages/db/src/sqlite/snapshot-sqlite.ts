import { backup, DatabaseSync } from "node:sqlite";
import { existsSync, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { prepareFile } from "./sqlite-file.ts";
import { isDamage, translateSqliteError } from "./sqlite-errors.ts";

const BUSY_TIMEOUT_MS = 10_000;
/** In one step: if another process wrote between two steps, SQLite would start over, again and again. */
const ALL_PAGES = 0x7fff_ffff;

/**
 * Copies a database as of one moment, while others read and write it: nobody waits for the copy. `to` is a new file,
 * readable only by its owner, and is not durable before `sealSqlite`.
 * @throws {DatabaseError}
 */
export async function snapshotSqlite(from: string, to: string): Promise<void> {
  const [source, target] = [resolve(from), resolve(to)];
  await removeSqlite(target);
  prepareFile(target, true);
  const connection = openSource(source);
  try {
    await backup(connection, target, { rate: ALL_PAGES });
  } catch (error) {
    throw translateSqliteError(error, target);
  } finally {
    connection.close();
  }
}

/**
 * Reads all of a database, and returns the first problem; undefined if it is sound. A page damaged by a disk is copied
 * as it is, and may only be noticed long after.
 */
export async function findSqliteDamage(path: string): Promise<string | undefined> {
  let connection: DatabaseSync | undefined;
  try {
    connection = openSource(resolve(path));
    const found = connection.prepare("pragma integrity_check(1)").get()?.["integrity_check"];
    return found === "ok" ? undefined : String(found);
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw translateSqliteError(error, path);
  } finally {
    connection?.close();
  }
}

/** Removes a database that nobody has open, with its log. */
export async function removeSqlite(path: string): Promise<void> {
  for (const end of ["", "-wal", "-shm", "-journal"]) await rm(`${path}${end}`, { force: true });
}

/**
 * Makes a single durable file of a database that nobody has open, without a log beside it, so that it can be copied,
 * and read from an unwritable disk. The next start gives it a log again.
 * @throws {DatabaseError}
 */
export async function sealSqlite(path: string): Promise<void> {
  try {
    const connection = new DatabaseSync(existing(path), { timeout: BUSY_TIMEOUT_MS });
    try {
      connection.exec("pragma journal_mode = delete");
    } finally {
      connection.close();
    }
  } catch (error) {
    throw translateSqliteError(error, path);
  }
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function openSource(path: string): DatabaseSync {
  try {
    return openWithLog(path);
  } catch (error) {
    // On a full or unwritable disk, the log cannot be opened. If it is empty, the file is complete.
    const isAll = ["-wal", "-journal"].every((end) => !statSync(`${path}${end}`, { throwIfNoEntry: false })?.size);
    if (!existsSync(path) || !isAll) throw translateSqliteError(error, path);
  }
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, { readOnly: true });
}

function openWithLog(path: string): DatabaseSync {
  const connection = new DatabaseSync(existing(path), { timeout: BUSY_TIMEOUT_MS });
  try {
    connection.exec("pragma query_only = on; select 1 from sqlite_master");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The file is not created if it is missing. */
function existing(path: string): URL {
  const url = pathToFileURL(resolve(path));
  url.searchParams.set("mode", "rw");
  return url;
}
