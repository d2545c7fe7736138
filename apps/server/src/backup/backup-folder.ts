import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { type DataPaths, dataPathsIn, LOCK_NAMES } from "../data-folder.ts";
import { StartError } from "../start-error.ts";

/** Version of the layout of a backup folder. */
const FORMAT = 1;
const FOREIGN_SHOWN = 3;
const NOTHING = "Nothing was changed.";

/** The mark in a folder, which describes the backup, or the restore in progress. */
export interface BackupMark {
  format: number;
  /** Id of the store of its bytes, as in `bytes/store.json`. */
  store: string;
  /** Undefined until it has been completed once. */
  finishedAt: Date | undefined;
}

export const markText = ({ store, finishedAt }: Omit<BackupMark, "format">): string =>
  `${JSON.stringify({ format: FORMAT, store, finished: finishedAt?.toISOString() })}\n`;

/** Undefined if there is none. @throws {StartError} if it cannot be read, or was written by a newer release */
export async function readMark(path: string): Promise<BackupMark | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
    throw new StartError(`${path} cannot be read: ${reasonOf(error)}. ${NOTHING}`, { cause: error });
  }
  const mark = parsedMark(text);
  if (mark === undefined) {
    throw new StartError(`${path} is damaged: it does not say which backup this is. ${NOTHING} Use another folder.`);
  }
  if (mark.format <= FORMAT) return mark;
  throw new StartError(
    `The backup in ${dirname(path)} was made by a newer version of Consigne. ${NOTHING} Use that version.`,
  );
}

function parsedMark(text: string): BackupMark | undefined {
  try {
    const { format, store, finished } = JSON.parse(text) as Record<string, unknown>;
    if (typeof format !== "number" || typeof store !== "string") return undefined;
    return { format, store, finishedAt: typeof finished === "string" ? new Date(finished) : undefined };
  } catch {
    return undefined;
  }
}

/**
 * A folder that can take the backup of a store: a new or empty one, or one with an earlier backup of the same store.
 * @throws {StartError} before anything was changed
 */
export async function inspectBackupFolder(
  directory: string,
  source: { dataDir: string; store: string },
): Promise<{ paths: DataPaths; mark: BackupMark | undefined }> {
  const own = dataPathsIn(source.dataDir);
  for (const folder of [source.dataDir, own.blobsDirectory]) await refuseOverlap(directory, folder);
  const paths = dataPathsIn(resolve(directory));
  await refuseSameBytes(directory, { bytes: paths.blobsDirectory, ownBytes: own.blobsDirectory });
  const mark = await readMark(paths.backupMarkFile);
  if (mark === undefined) await refuseOthers(directory, paths);
  else if (mark.store !== source.store) {
    throw new StartError(
      `${directory} holds the backup of another server. ${NOTHING} Use a separate folder for each server.`,
    );
  }
  return { paths, mark };
}

async function refuseOthers(directory: string, paths: DataPaths): Promise<void> {
  const names = await namesIn(directory);
  if (names.length === 0) return;
  if (names.includes(basename(paths.databaseFile))) {
    throw new StartError(
      `${directory} is the data folder of a server, or a server has started from this backup: what it stores there would be lost. ` +
        `${NOTHING} Choose another folder.`,
    );
  }
  throw new StartError(
    `${directory} holds other files (${shown(names)}). ${NOTHING} Choose a new or empty folder, or that of an earlier backup.`,
  );
}

/** A folder that can become the data folder of a restored backup. @throws {StartError} before anything was changed */
export async function inspectRestoreFolder(
  dataDir: string,
  source: { directory: string; store: string },
): Promise<DataPaths> {
  await refuseOverlap(source.directory, dataDir);
  const paths = dataPathsIn(dataDir);
  const mark = await readMark(paths.restoreMarkFile);
  if (mark?.store === source.store) return paths;
  if (mark !== undefined) {
    throw new StartError(
      `Another backup is being restored into ${dataDir}. ${NOTHING} Continue with that one, or choose an empty folder as CONSIGNE_DATA_DIR.`,
    );
  }
  const names = await namesIn(dataDir);
  if (names.length === 0) return paths;
  throw new StartError(
    `The data folder ${dataDir} is not empty (${shown(names)}), and a restore replaces nothing. ${NOTHING} ` +
      "Move it away, or set CONSIGNE_DATA_DIR to a new or empty folder.",
  );
}

/** Names allowed in any folder, including leftovers of a first run that was killed before it had marked the folder. */
const ANYWHERE = new Set(["lost+found", ...LOCK_NAMES, "backup.json.new", "restore.json.new"]);

/** Other names in a folder; empty if the folder does not exist. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => !ANYWHERE.has(name) && !name.startsWith("."));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw new StartError(`${directory} cannot be read: ${reasonOf(error)}. ${NOTHING}`, { cause: error });
  }
}

function shown(names: readonly string[]): string {
  const some = names.toSorted().slice(0, FOREIGN_SHOWN);
  const more = names.length > some.length ? ` and ${names.length - some.length} more` : "";
  return `${some.map((name) => JSON.stringify(name)).join(", ")}${more}`;
}

/** @throws {StartError} if one is the other, or is inside it */
async function refuseOverlap(directory: string, dataFolder: string): Promise<void> {
  const [one, other] = [await realPathOf(directory), await realPathOf(dataFolder)];
  if (!isWithin(one, other) && !isWithin(other, one)) return;
  throw new StartError(
    `${directory} is the data folder ${dataFolder}, is inside it or contains it. ${NOTHING} Choose a separate folder, preferably on another disk.`,
  );
}

/**
 * The folder may lead to the server's own bytes through a link or mount: everything that the backup does not need would
 * be removed from them.
 */
async function refuseSameBytes(
  directory: string,
  { bytes, ownBytes }: { bytes: string; ownBytes: string },
): Promise<void> {
  const [one, other] = [await identityOf(bytes), await identityOf(ownBytes)];
  if (one === undefined || one !== other) return;
  throw new StartError(
    `${bytes} leads to the server's own stored data in ${ownBytes}, so ${directory} cannot hold a backup of it. ${NOTHING} Choose another folder.`,
  );
}

/** Identifies a folder, whatever name leads to it; undefined if there is none. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
    throw new StartError(`${path} cannot be opened: ${reasonOf(error)}. ${NOTHING}`, { cause: error });
  }
}

/** Also for paths that do not exist yet. */
async function realPathOf(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const above = dirname(absolute);
    if (systemCode(error) !== "ENOENT" || above === absolute) {
      throw new StartError(`${path} cannot be opened: ${reasonOf(error)}. ${NOTHING}`, { cause: error });
    }
    return join(await realPathOf(above), basename(absolute));
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === "" || (!isAbsolute(way) && way !== ".." && !/^\.\.[/\\]/.test(way));
}
