import { type Database, DatabaseError } from "@consigne/core";
import { openSqliteDatabase, openSqliteForReading } from "@consigne/db";
import { dirname } from "node:path";
import type { DataFolder } from "./data-folder.ts";
import { switchable } from "./switchable-database.ts";
import { whyUnwritable } from "./write-check.ts";

export interface OpenRows {
  database: Database;
  /** Set while nothing can be written; stored data can be read. */
  reading: ReadingMode | undefined;
}

export interface ReadingMode {
  /** For the operator. */
  reason: string;
  /** For everybody; undefined: the message of a failed write. */
  publicReason?: string;
  /** Makes writing possible again if the reason is gone. @throws {DatabaseError} if it still cannot write */
  tryWriting(): Promise<boolean>;
}

export interface RowsOptions {
  /** Asked before every write. */
  refusal: () => DatabaseError | undefined;
  /** False: refuse tables of an older version, which its server may be using. */
  mayMigrate: boolean;
  /** Called with the names of the migrations applied to existing data. */
  onMigrated: (names: readonly string[]) => void;
}

/** On a full or read-only disk, the rows are opened for reading: people can still see and download their files. */
export async function openSqlite(
  folder: DataFolder,
  { refusal, mayMigrate, onMigrated }: RowsOptions,
): Promise<OpenRows> {
  const path = folder.databaseFile;
  const open = (create: boolean) =>
    openSqliteDatabase({
      path,
      refusal,
      create,
      migrate: mayMigrate,
      onMigrated: folder.hasDatabase ? onMigrated : undefined,
    });
  try {
    return { database: await open(!folder.isInitialised), reading: undefined };
  } catch (error) {
    const mayRead = folder.isInitialised && error instanceof DatabaseError;
    const unwritable = mayRead ? await whyUnwritable(dirname(path)) : undefined;
    if (unwritable === undefined) throw error;
    const openReader = () => openSqliteForReading({ path, failure: unwritable });
    const reader = await openReader().catch(() => undefined);
    if (reader === undefined) throw error;
    const { database, switchTo } = switchable(reader);
    const tryWriting = async () => {
      if ((await whyUnwritable(dirname(path))) !== undefined) return false;
      try {
        await switchTo(() => open(false));
        return true;
      } catch (failure) {
        await switchTo(openReader);
        throw failure;
      }
    };
    return { database, reading: { reason: unwritable, tryWriting } };
  }
}
