import { type Database, DatabaseError } from "@consigne/core";
import { openSqliteDatabase, openSqliteForReading } from "@consigne/db";
import { dirname } from "node:path";
import type { DataFolder } from "./data-folder.ts";
import { switchable } from "./switchable-database.ts";
import { whyUnwritable } from "./write-check.ts";

export interface OpenRows {
  database: Database;
  /** Nothing can be written for this reason, while it is there; what is stored can be read. */
  reading: ReadingMode | undefined;
}

export interface ReadingMode {
  /** For the operator. */
  reason: string;
  /** For everybody; undefined: what a write says. */
  publicReason?: string;
  /** Makes writing possible if that can be done by now. @throws {DatabaseError} when it still cannot */
  tryWriting(): Promise<boolean>;
}

/** On a disk that is full or read-only the rows are opened for reading: people can still see and find what is theirs. */
export async function openSqlite(folder: DataFolder, refusal: () => DatabaseError | undefined): Promise<OpenRows> {
  const path = folder.databaseFile;
  try {
    return { database: await openSqliteDatabase({ path, refusal, create: !folder.isInitialised }), reading: undefined };
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
        await switchTo(() => openSqliteDatabase({ path, refusal, create: false }));
        return true;
      } catch (failure) {
        await switchTo(openReader);
        throw failure;
      }
    };
    return { database, reading: { reason: unwritable, tryWriting } };
  }
}
