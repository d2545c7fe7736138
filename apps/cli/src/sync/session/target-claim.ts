import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { visible } from "../../command-line/visible-text.ts";
import { isHeldByAnother } from "../trees/sqlite-failures.ts";
import { SyncError } from "../trees/sync-error.ts";

/**
 * A lock on a remote folder while a run writes into it, for one process of this user at a time: two that begin together
 * would each see the other's names as missing, and the host accepts a name twice. It ends with the process, even a
 * killed one.
 */
export class TargetClaim implements Disposable {
  readonly #database: DatabaseSync;

  /**
   * @param cacheFolder the folder in which the index of the pair is already open, so the folder for the lock exists
   * @param remote server and path of the folder
   * @throws {SyncError} `already-running` while another process holds it, `index-unusable`
   */
  static hold(cacheFolder: string, remote: { apiUrl: string; path: string }): TargetClaim {
    const name = createHash("sha256").update(`${remote.apiUrl} ${remote.path}`).digest("hex").slice(0, 32);
    const lockPath = join(cacheFolder, "sync", `target-${name}.lock`);
    try {
      return new TargetClaim(lockPath);
    } catch (error) {
      if (isHeldByAnother(error)) {
        const what = `Another consigne process is writing to ${visible(remote.path)}. Nothing was changed; run it again later.`;
        throw new SyncError("already-running", what, { cause: error });
      }
      throw new SyncError(
        "index-unusable",
        `${visible(lockPath)} cannot be used; is the disk full? CONSIGNE_CACHE_DIR sets another cache folder. Nothing was changed.`,
        { cause: error },
      );
    }
  }

  private constructor(lockPath: string) {
    this.#database = new DatabaseSync(lockPath, { timeout: 200 });
    try {
      this.#database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
