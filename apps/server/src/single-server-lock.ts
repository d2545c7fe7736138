import { DatabaseSync } from "node:sqlite";
import { StartError } from "./start-error.ts";

/**
 * Holds the data folder for one server process. The lock is the database engine's own file lock: it falls with the
 * process, even by `kill -9`, and needs no clean-up.
 * @throws {StartError} when another server works in the folder
 */
export function holdDataFolder(lockFile: string): Disposable {
  const connection = new DatabaseSync(lockFile);
  try {
    connection.exec("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    throw new StartError(
      "Another consigne-server works in this data folder. Stop it first, or choose another CONSIGNE_DATA_DIR.",
      {
        cause: error,
      },
    );
  }
  return { [Symbol.dispose]: () => connection.close() };
}
