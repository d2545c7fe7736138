import { createHash } from "node:crypto";
import { readdir, realpath, rm, stat } from "node:fs/promises";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { UploadMemory } from "@consigne/sdk";
import { makeLocalFolder } from "../command-line/local-folders.ts";
import { isDamage } from "../sync/trees/sqlite-failures.ts";

const DAY_MS = 24 * 3_600_000;
/** Long after the server has dropped the bytes: an upload may take weeks, and its record is as old as its start. */
const KEPT_MS = 60 * DAY_MS;
const RECORD_NAME = /^[0-9a-f]{32}\.sqlite(?:-journal)?$/;

/** Which file goes where: only the same combination resumes the upload. */
export interface RecordedUpload {
  folderId: number;
  name: string;
  localPath: string;
}

/** Records of unfinished uploads, in the user's cache folder, one file for each. */
export class UploadRecords {
  readonly #folder: string;
  readonly #server: string;
  #isSwept = false;

  constructor(cacheFolder: string, { apiUrl, apiKey }: { apiUrl: string; apiKey: string | undefined }) {
    this.#folder = join(cacheFolder, "uploads");
    this.#server = `${apiUrl}\n${apiKey ?? ""}`;
  }

  /** Touches nothing before the upload needs it. Dispose of it when the upload is over. */
  of({ folderId, name, localPath }: RecordedUpload): UploadRecord {
    return new UploadRecord(async () => {
      makeLocalFolder(this.#folder, 0o700);
      await this.#sweep();
      const what = [this.#server, folderId, name, await realpath(localPath)].join("\n");
      return join(this.#folder, `${createHash("sha256").update(what).digest("hex").slice(0, 32)}.sqlite`);
    });
  }

  /** Removes records of files that were never sent again. */
  async #sweep(): Promise<void> {
    if (this.#isSwept) return;
    this.#isSwept = true;
    for (const name of await readdir(this.#folder)) {
      if (!RECORD_NAME.test(name)) continue;
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < Date.now() - KEPT_MS) await rm(path, { force: true });
    }
  }
}

/**
 * The record of one upload. It is locked while in use, so that two processes that send the same file do not share an
 * upload: the second one cannot resume. The lock ends with the process, even a killed one.
 */
export class UploadRecord implements UploadMemory, Disposable {
  readonly #locate: () => Promise<string>;
  #path = "";
  #database: DatabaseSync | undefined;

  constructor(locate: () => Promise<string>) {
    this.#locate = locate;
  }

  async load(): Promise<string | undefined> {
    try {
      if (this.#database === undefined) {
        this.#path = await this.#locate();
        this.#database = openLocked(this.#path);
      }
      const id: unknown = this.#database.prepare("SELECT id FROM upload").get()?.["id"];
      return typeof id === "string" ? id : undefined;
    } catch {
      // In use by another process, or not writable: this upload then has no record, as `save` reports.
      this[Symbol.dispose]();
      return undefined;
    }
  }

  async save(id: string): Promise<void> {
    if (this.#database === undefined)
      throw new Error("another process is sending this file, or the record cannot be written");
    this.#database.exec("BEGIN; DELETE FROM upload");
    this.#database.prepare("INSERT INTO upload (id) VALUES (?)").run(id);
    this.#database.exec("COMMIT");
  }

  async clear(): Promise<void> {
    this.#database?.exec("DELETE FROM upload");
  }

  /** Without anything to remember, no file is left. */
  [Symbol.dispose](): void {
    const database = this.#database;
    this.#database = undefined;
    if (database === undefined) return;
    try {
      // While it is locked: nobody else can have begun to use it. Windows keeps it until it is swept.
      if (database.prepare("SELECT id FROM upload").get() === undefined) rmSync(this.#path, { force: true });
    } catch {
      // It stays, and only takes space.
    } finally {
      database.close();
    }
  }
}

/** @throws SQLite's error, also if another process has it */
function openLocked(path: string): DatabaseSync {
  try {
    return lock(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    rmSync(path, { force: true });
    return lock(path);
  }
}

function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // The lock outlives its transaction, and every change is durable when it is made.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = EXTRA; BEGIN EXCLUSIVE");
    database.exec("CREATE TABLE IF NOT EXISTS upload (id TEXT NOT NULL); COMMIT");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
