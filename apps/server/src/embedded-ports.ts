import { openDiskBlobStore } from "@consigne/blobs-fs";
import { type Clock, MemoryLocker, MemoryRateLimiter, type Ports, systemClock } from "@consigne/core";
import { openSqliteDatabase } from "@consigne/db";
import { createWhirlpoolHasher } from "@consigne/hashing";
import type { DataFolder } from "./data-folder.ts";

export interface OpenPorts extends AsyncDisposable {
  ports: Ports;
}

/** The embedded adapters on one data folder. Disposing closes them in the reverse order. */
export async function openEmbeddedPorts(folder: DataFolder, clock: Clock = systemClock): Promise<OpenPorts> {
  await using opened = new AsyncDisposableStack();
  const database = await openSqliteDatabase({ path: folder.databaseFile, create: !folder.isInitialised });
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
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
