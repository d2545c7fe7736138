import { DatabaseSync } from "node:sqlite";
import { StartError } from "./start-error.ts";

/** SQLite's result codes for a lock somebody else holds, see https://sqlite.org/rescode.html. */
const HELD = new Set([5, 6]);

/**
 * Holds the data folder for one server process. The lock is the database engine's own file lock: it falls with the
 * process, even by `kill -9`, and needs no clean-up.
 * @throws {StartError} when another server works in the folder, or the lock cannot be written
 */
export function holdDataFolder(lockFile: string): Disposable {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(lockFile);
    connection.exec("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    connection?.close();
    throw refusal(lockFile, error);
  }
  const held = connection;
  return { [Symbol.dispose]: () => held.close() };
}

function refusal(lockFile: string, cause: unknown): StartError {
  if (cause instanceof Error && "errcode" in cause && HELD.has(Number(cause.errcode) & 0xff)) {
    return new StartError(
      "Another consigne-server works in this data folder. Stop it first, or choose another CONSIGNE_DATA_DIR.",
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StartError(
    `The lock ${lockFile} cannot be held: ${reason}. Check owner, mode and free space of the data folder; no data is in the lock.`,
    { cause },
  );
}
