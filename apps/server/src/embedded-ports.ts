import { openDiskBlobStore } from "@consigne/blobs-fs";
import {
  type Clock,
  type Database,
  DatabaseError,
  MemoryLocker,
  MemoryRateLimiter,
  type Ports,
  systemClock,
} from "@consigne/core";
import { openSqliteDatabase, openSqliteForReading } from "@consigne/db";
import { createWhirlpoolHasher } from "@consigne/hashing";
import { dirname } from "node:path";
import type { DataFolder } from "./data-folder.ts";
import { type Unwritable, whyUnwritable } from "./write-check.ts";

export interface OpenPorts extends AsyncDisposable {
  ports: Ports;
  /** Nothing can be written, for this reason; what is there can be read. */
  unwritable: Unwritable | undefined;
}

/** The embedded adapters on one data folder. Disposing closes them in the reverse order. */
export async function openEmbeddedPorts(folder: DataFolder, clock: Clock = systemClock): Promise<OpenPorts> {
  await using opened = new AsyncDisposableStack();
  const { database, unwritable } = await openDatabase(folder);
  opened.defer(() => database.close());
  const blobs = await openDiskBlobStore(folder.blobsDirectory);
  opened.defer(() => blobs.close());
  const hasher = await createWhirlpoolHasher();
  opened.defer(() => hasher.close());
  const limiter = new MemoryRateLimiter(clock);
  const locker = new MemoryLocker(clock);
  const kept = opened.move();
  return {
    ports: { database, blobs, hasher, limiter, locker, clock },
    unwritable,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** On a disk that is full or read-only the rows are opened for reading: people can still see and find what is theirs. */
async function openDatabase(folder: DataFolder): Promise<{ database: Database; unwritable: Unwritable | undefined }> {
  const path = folder.databaseFile;
  try {
    return { database: await openSqliteDatabase({ path, create: !folder.isInitialised }), unwritable: undefined };
  } catch (error) {
    const mayRead = folder.isInitialised && error instanceof DatabaseError;
    const unwritable = mayRead ? await whyUnwritable(dirname(path)) : undefined;
    if (unwritable === undefined) throw error;
    const database = await openSqliteForReading({ path, failure: unwritable }).catch(() => undefined);
    if (database === undefined) throw error;
    return { database, unwritable };
  }
}
