import { DatabaseSync } from "node:sqlite";
import { stat } from "node:fs/promises";
import { rmSync } from "node:fs";
import { reasonOf } from "@consigne/contract/system-reasons";
import type { Services } from "@consigne/core";
import type { DataPaths } from "./data-folder.ts";
import { runsHere } from "./running-process.ts";
import { StartError } from "./start-error.ts";

/** SQLite's result codes for a lock held by somebody else, see https://sqlite.org/rescode.html. */
const HELD = new Set([5, 6]);
/** Read-only, I/O error (no space for a part of the file), full, cannot be opened. */
const UNWRITABLE = new Set([8, 10, 13, 14]);

/** The lock cannot be written. A server that writes nothing can work without it. */
export class UnwritableLockError extends StartError {
  override name = "UnwritableLockError";
}

/**
 * Locks the data folder for one server process. The lock is the database engine's own file lock: it ends with the
 * process, even after `kill -9`, and needs no cleanup.
 * @throws {StartError} if another server uses the folder, or the lock cannot be written
 */
export function holdDataFolder(lockFile: string): Disposable {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(lockFile);
    // Once the file has a table, locking it needs no more space.
    connection.exec(
      "PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE; CREATE TABLE IF NOT EXISTS held (id); BEGIN EXCLUSIVE",
    );
  } catch (error) {
    connection?.close();
    throw refusal(lockFile, error);
  }
  const held = connection;
  return { [Symbol.dispose]: () => held.close() };
}

/**
 * Like `holdDataFolder`, for a server, which may change the data: a folder that was a backup no longer counts as one,
 * so that no later backup replaces what people store from now on.
 * @throws {StartError}
 */
export function holdOwnFolder({ lockFile, backupMarkFile }: DataPaths): Disposable {
  const held = holdDataFolder(lockFile);
  try {
    rmSync(backupMarkFile, { force: true });
    return held;
  } catch (error) {
    held[Symbol.dispose]();
    throw new UnwritableLockError(`${backupMarkFile} cannot be removed: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Identifies a file whatever its path is; a copy is another file. */
export async function nameOfFile(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/**
 * If somebody removed the lock file by hand, it keeps nobody out; so the rows also record who uses them.
 * @throws {StartError} if another server uses the database
 */
export async function refuseSecondServer({ status }: Pick<Services, "status">, databaseFile: string): Promise<void> {
  const other = await status.findServer();
  if (other?.process === undefined || other.database !== (await nameOfFile(databaseFile))) return;
  if (!(await runsHere(other.process))) return;
  const [pid = ""] = other.process.split(" ");
  throw new StartError(
    `Another consigne-server is using this data folder, as process ${pid}, although its server.lock is gone. Stop it first.`,
  );
}

function refusal(lockFile: string, cause: unknown): StartError {
  const code = cause instanceof Error && "errcode" in cause ? Number(cause.errcode) & 0xff : 0;
  if (HELD.has(code)) {
    return new StartError(
      "Another consigne-server is using this data folder. Stop it first, or choose another CONSIGNE_DATA_DIR.",
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new (UNWRITABLE.has(code) ? UnwritableLockError : StartError)(
    `The lock ${lockFile} cannot be held: ${reason}. Check owner, mode and free space of the data folder; no data is in the lock.`,
    { cause },
  );
}
