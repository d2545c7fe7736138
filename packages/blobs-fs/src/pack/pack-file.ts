import { closeSync, openSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { PackChange, PackedBlob } from "./pack-messages.ts";

const FORMAT = 1;
const FILE_MODE = 0o600;
const PAGE_BYTES = 4096;
const BUSY_TIMEOUT_MS = 10_000;
/** The log is copied into the file when it has this many pages, 8 MiB, and truncated to that after a burst. */
const LOG_PAGES = 2048;
/** Pages that are freed at a time. */
const TIDY_PAGES = 256;
const NEWER = "It was written by a newer version of Consigne.";
/** Kept free for the next blobs: a MiB, or a 32nd of larger packs. */
const SPARE_PAGES = 256;
const SPARE_SHARE = 32;

/**
 * Names are separate from bytes, so that listings and lookups read little. Bytes are still stored with their key: if a
 * damaged page refers to wrong ones, they are not mistaken for the requested ones.
 */
const TABLES = `
  create table if not exists names (
    key text primary key, id integer not null, size_bytes integer not null, stored_at integer not null
  ) strict, without rowid;
  create table if not exists bytes (id integer primary key, key text not null, bytes blob not null) strict;
  pragma user_version = ${FORMAT};`;

interface Statements {
  find: StatementSync;
  read: StatementSync;
  list: StatementSync;
  addBytes: StatementSync;
  addName: StatementSync;
  removeBytes: StatementSync;
  removeName: StatementSync;
}

/** Small blobs in one SQLite file. Every call blocks until it is done, so only use this in separate threads. */
export class PackFile {
  /** False if the file is read as it is, so that later writes by others would be read incorrectly. */
  readonly isLasting: boolean;
  readonly #path: string;
  readonly #inode: bigint | undefined;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  private constructor(at: { path: string; inode: bigint | undefined }, database: DatabaseSync, isLasting: boolean) {
    this.isLasting = isLasting;
    this.#path = at.path;
    this.#inode = at.inode;
    this.#database = database;
    this.#statements = {
      find: database.prepare("select key, id, size_bytes as sizeBytes, stored_at as storedAt from names where key = ?"),
      read: database.prepare("select bytes from bytes where id = (select id from names where key = ?1) and key = ?1"),
      list: database.prepare(
        "select key, size_bytes as sizeBytes, stored_at as storedAt from names where key > ? order by key limit ?",
      ),
      addBytes: database.prepare("insert into bytes (key, bytes) values (?, ?)"),
      addName: database.prepare("insert into names (key, id, size_bytes, stored_at) values (?, ?, ?, ?)"),
      removeBytes: database.prepare("delete from bytes where id = ? and key = ?"),
      removeName: database.prepare("delete from names where key = ?"),
    };
  }

  /** Creates it if missing; durable with its first commit. @throws what SQLite or the operating system throws */
  static openToWrite(path: string): PackFile {
    makeFile(path);
    // Before it is opened, so that a later replacement is noticed.
    const inode = inodeOf(path);
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      database.exec(`pragma page_size = ${PAGE_BYTES}`);
      database.exec("pragma auto_vacuum = incremental");
      // With a journal instead, as on some network disks, a power cut might undo an acknowledged commit.
      if (textOf(database, "journal_mode = wal") !== "wal") throw new Error("The disk takes no log of SQLite.");
      database.exec("pragma synchronous = full");
      // On macOS, fsync alone leaves the bytes in the drive's cache.
      database.exec("pragma fullfsync = on");
      database.exec("pragma checkpoint_fullfsync = on");
      database.exec(`pragma wal_autocheckpoint = ${LOG_PAGES}`);
      database.exec(`pragma journal_size_limit = ${LOG_PAGES * PAGE_BYTES}`);
      database.exec("pragma temp_store = memory");
      const format = numberOf(database, "user_version");
      if (format > FORMAT) throw new Error(NEWER);
      if (format < FORMAT) inTransaction(database, () => database.exec(TABLES));
      return new PackFile({ path, inode }, database, true);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Undefined if there is nothing in it yet. @throws as `openToWrite` */
  static openToRead(path: string): PackFile | undefined {
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return undefined;
    const inode = inodeOf(path);
    const { database, isLasting } = connectToRead(path);
    try {
      const format = numberOf(database, "user_version");
      if (format > FORMAT) throw new Error(NEWER);
      if (format === FORMAT) return new PackFile({ path, inode }, database, isLasting);
    } catch (error) {
      database.close();
      throw error;
    }
    database.close();
    return undefined;
  }

  close(): void {
    this.#database.close();
  }

  /** Durable when it returns. @throws what SQLite throws, and if the file was removed: it would keep accepting bytes */
  change(changes: readonly PackChange[]): void {
    inTransaction(this.#database, () => {
      for (const change of changes) {
        this.#remove(change.key);
        if (change.kind === "put") this.#add(change.key, change.bytes);
      }
    });
    if (inodeOf(this.#path) === this.#inode) return;
    throw new Error("It was removed or replaced while it was in use. Start the server again.");
  }

  /** Frees space at the end of the file, after moving free pages there. True: there is more. */
  tidy(): boolean {
    const spare = Math.max(SPARE_PAGES, Math.floor(numberOf(this.#database, "page_count") / SPARE_SHARE));
    const free = numberOf(this.#database, "freelist_count");
    if (free <= spare) return false;
    this.#database.exec(`pragma incremental_vacuum(${Math.min(TIDY_PAGES, free - spare)})`);
    if (free - spare > TIDY_PAGES) return true;
    // The file only gets shorter when its log is copied into it.
    this.#database.exec("pragma wal_checkpoint(passive)");
    return false;
  }

  read(key: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#statements.read.get(key)?.["bytes"] as Uint8Array<ArrayBuffer> | undefined;
  }

  stat(key: string): PackedBlob | undefined {
    return this.#find(key);
  }

  list(after: string, limit: number): PackedBlob[] {
    return this.#statements.list.all(after, limit) as unknown as PackedBlob[];
  }

  #find(key: string): (PackedBlob & { id: number }) | undefined {
    return this.#statements.find.get(key) as unknown as (PackedBlob & { id: number }) | undefined;
  }

  #add(key: string, bytes: Uint8Array): void {
    const { lastInsertRowid } = this.#statements.addBytes.run(key, bytes);
    this.#statements.addName.run(key, lastInsertRowid, bytes.byteLength, Date.now());
  }

  #remove(key: string): void {
    const found = this.#find(key);
    if (found === undefined) return;
    this.#statements.removeBytes.run(found.id, key);
    this.#statements.removeName.run(key);
  }
}

/**
 * SQLite gives its log the same mode. An existing file is not opened here: closing it again would release SQLite's
 * locks.
 */
function makeFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  try {
    closeSync(openSync(path, "wx", FILE_MODE));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/**
 * Not opened read-only: even a reader has to recover the log after a crash. If the disk cannot be written, there is no
 * space for the log's index; the file is then read as it is if its log is empty, or else with exclusive access.
 */
function connectToRead(path: string): { database: DatabaseSync; isLasting: boolean } {
  try {
    return { database: connect(path, "pragma query_only = on"), isLasting: true };
  } catch (error) {
    if (!isWithoutRoom(error)) throw error;
  }
  const isLogEmpty = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const database = isLogEmpty
    ? connect(path, "pragma query_only = on", { isImmutable: true })
    : // The index of the log lies in memory then.
      connect(path, "pragma locking_mode = exclusive; pragma query_only = on");
  return { database, isLasting: false };
}

/** To an existing file. */
function connect(path: string, settings: string, { isImmutable = false } = {}): DatabaseSync {
  const url = pathToFileURL(path);
  if (isImmutable) url.searchParams.set("immutable", "1");
  else url.searchParams.set("mode", "rw");
  const database = new DatabaseSync(url, { timeout: BUSY_TIMEOUT_MS, readOnly: isImmutable });
  try {
    database.exec(`${settings}; select 1 from sqlite_master`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;

function isWithoutRoom(error: unknown): boolean {
  return [READONLY, IOERR, FULL, CANTOPEN].includes((sqliteCodeOf(error) ?? 0) & 0xff);
}

/** SQLite's extended code; undefined for any other failure. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

const inodeOf = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

const textOf = (database: DatabaseSync, pragma: string): unknown =>
  Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})[0];

function numberOf(database: DatabaseSync, pragma: "user_version" | "page_count" | "freelist_count"): number {
  return Number(database.prepare(`pragma ${pragma}`).get()?.[pragma]);
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("begin immediate");
  try {
    work();
    database.exec("commit");
  } catch (error) {
    // SQLite rolls back a transaction by itself after a full disk or a failed write.
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}
