import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { visible } from "../command-line/visible-text.ts";
import { SyncError } from "./sync-error.ts";

/**
 * Held while a run writes into a remote folder, by one process of this user at a time: two that begin together each see
 * the other's names as missing, and the host takes a name twice. A process that is killed lets go of it.
 */
export class TargetClaim implements Disposable {
  readonly #database: DatabaseSync;

  /**
   * @param remote server and path of the folder
   * @throws {SyncError} `already-running` while another process holds it
   */
  static hold(cacheFolder: string, remote: { apiUrl: string; path: string }): TargetClaim {
    const name = createHash("sha256").update(`${remote.apiUrl} ${remote.path}`).digest("hex").slice(0, 32);
    const database = new DatabaseSync(join(cacheFolder, "sync", `target-${name}.lock`), { timeout: 200 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      const what = `Another consigne is writing to ${visible(remote.path)}. Nothing was changed; run it again later.`;
      throw new SyncError("already-running", what, { cause: error });
    }
    return new TargetClaim(database);
  }

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
