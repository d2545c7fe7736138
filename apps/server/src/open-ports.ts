import { openDiskBlobStore } from "@consigne/blobs-fs";
import { type BlobStore, type Clock, MemoryLocker, MemoryRateLimiter, type Ports, systemClock } from "@consigne/core";
import { createWhirlpoolHasher } from "@consigne/hashing";
import type { DataFolder } from "./data-folder.ts";
import { openSqlite, type OpenRows } from "./open-sqlite.ts";
import type { BytesConfig, CountsConfig, EngineConfig, RowsConfig } from "./read-engines.ts";

/** The store, which is closed with the ports. */
type OpenBytes = BlobStore & { close(): Promise<void> };

export interface OpenPorts extends Pick<OpenRows, "reading">, AsyncDisposable {
  ports: Ports;
}

/** How each engine is opened: the only place that knows them. */
const rows: Record<RowsConfig["kind"], (folder: DataFolder) => Promise<OpenRows>> = {
  sqlite: openSqlite,
};
const bytes: Record<BytesConfig["kind"], (folder: DataFolder) => Promise<OpenBytes>> = {
  disk: ({ blobsDirectory }) => openDiskBlobStore(blobsDirectory),
};
const counts: Record<CountsConfig["kind"], (clock: Clock) => Pick<Ports, "limiter" | "locker">> = {
  memory: (clock) => ({ limiter: new MemoryRateLimiter(clock), locker: new MemoryLocker(clock) }),
};

/** Opens the engines that were chosen, on one data folder. Disposing closes them in the reverse order. */
export async function openPorts(
  engines: EngineConfig,
  folder: DataFolder,
  clock: Clock = systemClock,
): Promise<OpenPorts> {
  await using opened = new AsyncDisposableStack();
  const { database, reading } = await rows[engines.rows.kind](folder);
  opened.defer(() => database.close());
  const blobs = await bytes[engines.bytes.kind](folder);
  opened.defer(() => blobs.close());
  const hasher = await createWhirlpoolHasher();
  opened.defer(() => hasher.close());
  const kept = opened.move();
  return {
    ports: { database, blobs, hasher, ...counts[engines.counts.kind](clock), clock },
    reading,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
