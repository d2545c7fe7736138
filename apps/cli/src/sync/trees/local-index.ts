import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import { CliError } from "../../command-line/errors.ts";
import { makeLocalFolder } from "../../command-line/local-folders.ts";
import { damage, isDamage, isDiskTrouble, isHeldByAnother, isSqliteFailure } from "./sqlite-failures.ts";
import { SyncError } from "./sync-error.ts";

const FORMAT = 1;
const tables = `
  CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, whirlpool TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS superseded (url TEXT PRIMARY KEY) WITHOUT ROWID;
  PRAGMA user_version = ${FORMAT};
`;
/**
 * What a sync remembers about a pair of folders between runs: the checksums of local files, valid as long as a file's
 * stamp is unchanged, and the links of remote files that it was about to replace. Losing it only costs time. Locked by
 * one process at a time; the lock ends with the process, even a killed one.
 */
export class LocalIndex implements Disposable {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #keep: StatementSync;

  /** @throws {SyncError} `already-running` while another process syncs the same pair, `index-unusable` */
  static open(path: string): LocalIndex {
    makeCacheFolder(dirname(path));
    try {
      return new LocalIndex(path);
    } catch (error) {
      if (!isDamage(error)) throw asSyncError(error, path);
      for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
    }
    try {
      return new LocalIndex(path);
    } catch (error) {
      throw asSyncError(error, path);
    }
  }

  /** For a run that must leave no trace, or has no folder for an index. */
  static inMemory(): LocalIndex {
    return new LocalIndex(":memory:");
  }

  private constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 200 });
    try {
      // In this mode the first write takes the lock, which is held until the file is closed.
      this.#database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      this.#database.exec(`BEGIN IMMEDIATE; ${this.#isForeign() ? dropped : ""} ${tables} COMMIT;`);
      if (this.#database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] !== "ok") throw damage();
      this.#find = this.#database.prepare("SELECT whirlpool FROM files WHERE path = ? AND stamp = ?");
      this.#keep = this.#database.prepare("INSERT OR REPLACE INTO files (path, stamp, whirlpool) VALUES (?, ?, ?)");
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** The checksum of the file that had this stamp at this path. */
  findWhirlpool(path: string, stamp: string): string | undefined {
    return this.#find.get(path, stamp)?.["whirlpool"] as string | undefined;
  }

  keepWhirlpool(path: string, stamp: string, whirlpool: string): void {
    this.#keep.run(path, stamp, whirlpool);
  }

  /**
   * Records remote files that a new version is about to replace, so that the next run recognizes them if this one is
   * interrupted.
   */
  markSuperseded(urls: readonly string[]): void {
    const insert = this.#database.prepare("INSERT OR IGNORE INTO superseded (url) VALUES (?)");
    this.#together(() => urls.forEach((url) => insert.run(url)));
  }

  unmarkSuperseded(urls: readonly string[]): void {
    const remove = this.#database.prepare("DELETE FROM superseded WHERE url = ?");
    this.#together(() => urls.forEach((url) => remove.run(url)));
  }

  listSuperseded(): Set<string> {
    return new Set(
      this.#database
        .prepare("SELECT url FROM superseded")
        .all()
        .map((row) => row["url"] as string),
    );
  }

  /** Removes files that no longer exist. */
  forgetUnless(exists: (path: string) => boolean): void {
    const gone: string[] = [];
    for (const row of this.#database.prepare("SELECT path FROM files").iterate()) {
      const path = row["path"] as string;
      if (!exists(path)) gone.push(path);
    }
    const remove = this.#database.prepare("DELETE FROM files WHERE path = ?");
    this.#together(() => gone.forEach((path) => remove.run(path)));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #together(work: () => void): void {
    this.#database.exec("BEGIN");
    work();
    this.#database.exec("COMMIT");
  }

  /** Whether another version of this program wrote the file. */
  #isForeign(): boolean {
    const version = this.#database.prepare("PRAGMA user_version").get()?.["user_version"];
    return version !== 0 && version !== FORMAT;
  }
}

const dropped = "DROP TABLE IF EXISTS files; DROP TABLE IF EXISTS superseded;";

/** Path of a pair's index: the name does not reveal the paths. */
export function indexPath(cacheFolder: string, pair: { localRoot: string; remote: string }): string {
  const name = createHash("sha256").update(`${pair.localRoot}\0${pair.remote}`).digest("hex").slice(0, 32);
  return join(cacheFolder, "sync", `${name}.sqlite`);
}

function makeCacheFolder(folder: string): void {
  try {
    makeLocalFolder(folder, 0o700);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const text = `${error.message} CONSIGNE_CACHE_DIR sets another cache folder. Nothing was changed.`;
    throw new SyncError("index-unusable", text, { cause: error });
  }
}

function asSyncError(error: unknown, path: string): unknown {
  if (!isSqliteFailure(error)) return error;
  if (isHeldByAnother(error)) {
    return new SyncError(
      "already-running",
      "Another consigne process is syncing this pair of folders. Nothing was changed.",
    );
  }
  const advice = isDiskTrouble(error)
    ? "The disk is full or failing; free some space, or set CONSIGNE_CACHE_DIR to another folder."
    : "Remove the file; it will be created again.";
  return new SyncError("index-unusable", `The index ${path} cannot be used. ${advice} Nothing was changed.`, {
    cause: error,
  });
}
