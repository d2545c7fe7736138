import { existsSync } from "node:fs";
import { openDiskBlobCopies, openDiskBlobStore } from "@consigne/blobs-fs";
import { copyContents, type CopyReport, systemClock } from "@consigne/core";
import { describeSqlite, openSqliteDatabase, sealSqlite } from "@consigne/db";
import { createWhirlpoolHasher } from "@consigne/hashing";
import { type DataPaths, dataPathsIn } from "../data-folder.ts";
import { removeDurably, writeDurably } from "../durable-files.ts";
import { StartError } from "../start-error.ts";
import { type BackupMark, inspectRestoreFolder, markText, readMark } from "./backup-folder.ts";
import { copyingInto, copyRows, holdFolder, makePrivateFolder, newDatabaseFile, replaceDatabase } from "./copying.ts";
import { copySmallFiles } from "./small-files.ts";

export interface RestoreReport extends CopyReport {
  /** When the backup was made. */
  backupAt: Date | undefined;
  isSound: boolean;
}

interface RestoreOrder {
  directory: string;
  dataDir: string;
  onProgress?: ((report: CopyReport) => void) | undefined;
}

/**
 * Makes a data folder out of a backup in `dataDir`, which must be missing or empty. No server starts there before it is
 * complete, and an interrupted restore continues.
 * @throws {StartError}
 */
export async function runRestore({ directory, dataDir, onProgress }: RestoreOrder): Promise<RestoreReport> {
  const source = dataPathsIn(directory);
  const mark = await inspectBackup(directory, source);
  const paths = await inspectRestoreFolder(dataDir, { directory, store: mark.store });
  await using opened = new AsyncDisposableStack();
  const heldSource = holdFolder(directory, source, { mayBeUnwritable: true });
  if (heldSource !== undefined) opened.use(heldSource);
  const unchanged = `The backup in ${directory} is unchanged.`;
  const report = await copyingInto(dataDir, { paths, unchanged }, async () => {
    await makePrivateFolder(dataDir);
    const held = holdFolder(dataDir, paths);
    if (held !== undefined) opened.use(held);
    await writeDurably(paths.restoreMarkFile, markText(mark));
    const copied = await copyAll(source, paths, { store: mark.store, onProgress });
    await copySmallFiles(source, paths);
    await replaceDatabase(paths);
    await removeDurably(paths.restoreMarkFile);
    return copied;
  });
  return { ...report, backupAt: mark.finishedAt, isSound: report.findings.length === 0 };
}

/** @throws {StartError} if there is no complete backup that this release can read; nothing was changed */
async function inspectBackup(directory: string, source: DataPaths): Promise<BackupMark> {
  const mark = await readMark(source.backupMarkFile);
  if (mark === undefined) {
    const why = existsSync(source.databaseFile)
      ? "is a data folder, or a server has started from this backup. To use it, start a server with it as CONSIGNE_DATA_DIR"
      : "holds no backup made by `consigne-server backup`";
    throw new StartError(`${directory} ${why}. Nothing was changed.`);
  }
  if (!existsSync(source.databaseFile) || !existsSync(source.blobsDirectory)) {
    throw new StartError(
      `The backup in ${directory} is not complete, or parts of it are missing. Nothing was changed.`,
    );
  }
  if (!(await describeSqlite(source.databaseFile)).isNewer) return mark;
  throw new StartError(
    `The backup in ${directory} was made by a newer version of Consigne. Nothing was changed. Restore it with that version.`,
  );
}

async function copyAll(
  source: DataPaths,
  paths: DataPaths,
  { store, onProgress }: { store: string } & Pick<RestoreOrder, "onProgress">,
): Promise<CopyReport> {
  await using opened = new AsyncDisposableStack();
  const from = await openDiskBlobStore(source.blobsDirectory);
  opened.defer(() => from.close());
  const to = await openDiskBlobCopies(paths.blobsDirectory);
  opened.defer(() => to.close());
  await to.store.sweepStaged(new Date(8.64e15), new Date(8.64e15));
  await to.store.claimId(store);
  const hasher = await createWhirlpoolHasher();
  opened.defer(() => hasher.close());
  await copyRows(source, paths, "It cannot be restored; use another backup.");
  const database = await openSqliteDatabase({ path: newDatabaseFile(paths), create: false });
  let report: CopyReport;
  try {
    const order = { database, from, to, hasher, clock: systemClock, isDeep: false };
    report = await copyContents(onProgress === undefined ? order : { ...order, onProgress }, () => false);
  } finally {
    await database.close();
  }
  await sealSqlite(newDatabaseFile(paths));
  return report;
}
