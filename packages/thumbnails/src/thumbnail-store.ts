import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { StoredThumbnail, ThumbnailStore } from "@consigne/core";

/** A file with another format version is recreated. */
const FORM = 1;
const NOT_A_DATABASE = 26;
const CORRUPT = 11;
/** How long the event loop may wait for an operator's command that removes some. */
const BUSY_MS = 40;
/** The number of oldest ones removed at a time. */
const DROPPED = 50;

/**
 * Thumbnails in a separate SQLite file, created with the first of them. It may be removed while the server is stopped,
 * and is recreated if it is damaged.
 */
export function openThumbnailStore(file: string, { mostBytes }: { mostBytes: number }): ThumbnailStore & Disposable {
  return new SqliteThumbnailStore(file, mostBytes);
}

class SqliteThumbnailStore implements ThumbnailStore, Disposable {
  readonly #file: string;
  readonly #mostBytes: number;
  #database: DatabaseSync | undefined;

  constructor(file: string, mostBytes: number) {
    this.#file = file;
    this.#mostBytes = mostBytes;
  }

  async find(key: string): Promise<StoredThumbnail | undefined> {
    if (!this.#exists()) return undefined;
    const row = this.#do((database) => database.prepare("select bytes from thumbnails where key = ?").get(key));
    if (row === undefined) return undefined;
    const { bytes } = row;
    return { bytes: bytes instanceof Uint8Array ? bytes : undefined };
  }

  async keep(key: string, { bytes }: StoredThumbnail): Promise<void> {
    this.#do((database) => {
      database.prepare("insert or replace into thumbnails (key, bytes) values (?, ?)").run(key, bytes ?? null);
      // rowid gives the order of insertion.
      const drop = database.prepare(
        "delete from thumbnails where rowid in (select rowid from thumbnails order by rowid limit ?)",
      );
      if (usedBytes(database) > this.#mostBytes) drop.run(DROPPED);
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0 || !this.#exists()) return;
    this.#do((database) => {
      const remove = database.prepare("delete from thumbnails where key = ?");
      for (const key of keys) remove.run(key);
    });
  }

  [Symbol.dispose](): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #exists(): boolean {
    return this.#database !== undefined || existsSync(this.#file);
  }

  #do<T>(work: (database: DatabaseSync) => T): T {
    try {
      return work((this.#database ??= open(this.#file)));
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this[Symbol.dispose]();
      for (const ending of ["", "-wal", "-shm"]) rmSync(`${this.#file}${ending}`, { force: true });
      return work((this.#database = open(this.#file)));
    }
  }
}

function open(file: string): DatabaseSync {
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec("pragma journal_mode = wal; pragma synchronous = normal");
    const form = Number(database.prepare("pragma user_version").get()?.["user_version"]);
    if (form !== FORM) {
      database.exec(`
        begin immediate;
        drop table if exists thumbnails;
        create table thumbnails (key text not null unique, bytes blob) strict;
        pragma user_version = ${FORM};
        commit`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The used space in the file, without free pages. */
function usedBytes(database: DatabaseSync): number {
  const read = (name: string) => Number(database.prepare(`pragma ${name}`).get()?.[name]);
  return (read("page_count") - read("freelist_count")) * read("page_size");
}

function isDamaged(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === CORRUPT || code === NOT_A_DATABASE;
}
