import { existsSync } from "node:fs";
import { openDiskBlobCopies, openDiskBlobStore } from "@consigne/blobs-fs";
import {
  type BlobCopies,
  type BlobStore,
  type ContentHasher,
  copyContents,
  type CopyReport,
  type Database,
  removeUnknown,
  systemClock,
} from "@consigne/core";
import { describeSqlite, openSqliteDatabase, openSqliteForReading, sealSqlite } from "@consigne/db";
import { createWhirlpoolHasher } from "@consigne/hashing";
import { type DataFolder, type DataPaths, openDataFolder } from "../data-folder.ts";
import { writeDurably } from "../durable-files.ts";
import { StartError } from "../start-error.ts";
import { inspectBackupFolder, markText } from "./backup-folder.ts";
import {
  copyingInto,
  copyRows,
  holdFolder,
  holdWhereBackup,
  makePrivateFolder,
  newDatabaseFile,
  replaceDatabase,
} from "./copying.ts";
import { copySmallFiles } from "./small-files.ts";

/**
 * Each round only copies what arrived during the one before, so more are only needed if files come and go all the time.
 */
const MOST_ROUNDS = 20;
/** Contents whose bytes are missing: more than this means not removals, but a missing disk. */
const MOST_GONE = 100_000;

const DAMAGED =
  "It was not copied, and an earlier backup is unchanged: keep it. Check the disk, and restore that backup into a new folder.";

export interface BackupReport extends CopyReport {
  /** How many copies of the database were needed until all bytes of one were there. */
  rounds: number;
  removed: number;
  removedBytes: number;
  finishedAt: Date;
  /** Nothing in the source is damaged or lost. */
  isSound: boolean;
}

interface BackupOrder {
  dataDir: string;
  directory: string;
  isDeep: boolean;
  onProgress?: ((report: CopyReport) => void) | undefined;
}

interface Run extends Pick<BackupOrder, "directory" | "isDeep" | "onProgress"> {
  folder: DataFolder;
  paths: DataPaths;
  store: string;
  from: BlobStore;
  to: BlobCopies;
  hasher: ContentHasher;
}

/**
 * Makes `directory` a copy of a data folder as of one moment, with or without a running server. At any moment the
 * folder is either the complete earlier backup or the complete new one.
 * @throws {StartError}
 */
export async function runBackup({ dataDir, directory, ...order }: BackupOrder): Promise<BackupReport> {
  const folder = await openDataFolder(dataDir, { mayCreate: false });
  await refuseNewer(folder, dataDir);
  await using opened = new AsyncDisposableStack();
  const heldSource = holdWhereBackup(dataDir, folder);
  if (heldSource !== undefined) opened.use(heldSource);
  const { from, store } = await openSource(opened, folder);
  const { paths, mark } = await inspectBackupFolder(directory, { dataDir, store });
  const unchanged =
    mark?.finishedAt === undefined
      ? "There is no complete backup in it yet."
      : `The backup of ${mark.finishedAt.toISOString()} in it is complete.`;
  return await copyingInto(directory, { paths, unchanged }, async () => {
    await makePrivateFolder(directory);
    const held = holdFolder(directory, paths);
    if (held !== undefined) opened.use(held);
    if (mark === undefined) await writeDurably(paths.backupMarkFile, markText({ store, finishedAt: undefined }));
    const to = await openDiskBlobCopies(paths.blobsDirectory);
    opened.defer(() => to.close());
    await to.store.claimId(store);
    // Leftovers of a run that was killed.
    await to.store.sweepStaged(new Date(8.64e15), new Date(8.64e15));
    const hasher = await createWhirlpoolHasher();
    opened.defer(() => hasher.close());
    return await copyAll({ ...order, directory, folder, paths, store, from, to, hasher });
  });
}

/** @throws {StartError} if a newer release has changed the rows */
async function refuseNewer({ databaseFile }: DataFolder, dataDir: string): Promise<void> {
  if (!(await describeSqlite(databaseFile)).isNewer) return;
  throw new StartError(
    `The data folder ${dataDir} was written by a newer version of Consigne. Nothing was changed. Run \`backup\` of that version.`,
  );
}

async function openSource(
  opened: AsyncDisposableStack,
  { blobsDirectory }: DataFolder,
): Promise<{ from: BlobStore; store: string }> {
  if (!existsSync(blobsDirectory)) {
    throw new StartError(
      `The folder ${blobsDirectory} is missing, or its disk is not mounted. Nothing was changed. Put it back or mount its disk first.`,
    );
  }
  const from = await openDiskBlobStore(blobsDirectory);
  opened.defer(() => from.close());
  const store = await from.findId();
  if (store !== undefined) return { from, store };
  throw new StartError(
    `${blobsDirectory} does not record yet which database it belongs to. Nothing was changed. Start the server once, or run \`consigne-server fsck\`, and try again.`,
  );
}

async function copyAll(run: Run): Promise<BackupReport> {
  const { report, rounds } = await copyRounds(run);
  const { folder, paths, store, to } = run;
  await sealSqlite(newDatabaseFile(paths));
  await copySmallFiles(folder, paths);
  await replaceDatabase(paths);
  const finishedAt = new Date();
  await writeDurably(paths.backupMarkFile, markText({ store, finishedAt }));
  const rows = await openSqliteForReading({ path: paths.databaseFile, failure: "read-only" });
  try {
    const removal = await removeUnknown(rows, to.store);
    return { ...report, ...removal, rounds, finishedAt, isSound: report.findings.length === 0 };
  } finally {
    await rows.close();
  }
}

/** Copies the rows, and then their bytes, until none of these was removed in between. */
async function copyRounds(run: Run): Promise<{ report: CopyReport; rounds: number }> {
  let missed = new Set<string>();
  let [copied, copiedBytes] = [0, 0];
  let present: number | undefined;
  for (let rounds = 1; rounds <= MOST_ROUNDS; rounds++) {
    const missing = new Set<string>();
    let areOthers = false;
    const isGone = (key: string): boolean => {
      if (missing.add(key).size > MOST_GONE) throw tooManyGone(run);
      // Bytes that were missing before these rows were copied, and are still referenced, are lost.
      if (missed.has(key)) return false;
      areOthers = true;
      return true;
    };
    const report = await copyRound({ ...run, isDeep: run.isDeep && rounds === 1 }, isGone);
    copied += report.copied;
    copiedBytes += report.copiedBytes;
    present ??= report.present;
    if (!areOthers) return { report: { ...report, copied, copiedBytes, present }, rounds };
    missed = missing;
  }
  throw new StartError(
    `Files were removed faster than they could be copied, ${MOST_ROUNDS} times in a row, so this backup is not complete. ` +
      `An earlier one in ${run.directory} is unchanged. Run it again at a quieter time: what was copied is not copied again.`,
  );
}

async function copyRound(run: Run, isGone: (key: string) => boolean): Promise<CopyReport> {
  const { folder, paths, store, from, to, hasher, isDeep, onProgress } = run;
  await copyRows(folder, paths, DAMAGED);
  const database = await openSqliteDatabase({ path: newDatabaseFile(paths), create: false });
  try {
    await refuseOtherStore(database, store, folder);
    await endPartUploads(database);
    const order = { database, from, to, hasher, clock: systemClock, isDeep };
    return await copyContents(onProgress === undefined ? order : { ...order, onProgress }, isGone);
  } finally {
    await database.close();
  }
}

/** Their parts are not copied: clients have to start these uploads again. */
async function endPartUploads({ partUploads }: Database): Promise<void> {
  await partUploads.endExpired(systemClock.now(), new Date(0));
  await partUploads.removeEnded();
}

async function refuseOtherStore({ blobs }: Database, store: string, folder: DataFolder): Promise<void> {
  if ((await blobs.findStoreId()) === store) return;
  throw new StartError(
    `The bytes in ${folder.blobsDirectory} do not belong to the database ${folder.databaseFile}. The backup was not changed. ` +
      "`consigne-server fsck` says what to do.",
  );
}

const tooManyGone = ({ folder }: Run): StartError =>
  new StartError(
    `More than ${MOST_GONE} blobs are missing in ${folder.blobsDirectory}. The backup was not changed. Is this the right disk?`,
  );
