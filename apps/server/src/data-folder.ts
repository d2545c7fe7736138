import type { Stats } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { makeFolder } from "@consigne/launcher/make-folder";
import { writeDurably } from "./durable-files.ts";
import { StartError } from "./start-error.ts";

/** Version of the folder's layout. Changes in the database have migrations instead. */
const FORMAT = 1;
/** The lock, and leftovers of a process that was killed while creating it. */
export const LOCK_NAMES: readonly string[] = ["server.lock", "server.lock-journal"];
/** How many names a refusal lists. */
const FOREIGN_SHOWN = 3;

/** Where all embedded data is stored. */
export interface DataPaths {
  databaseFile: string;
  blobsDirectory: string;
  /** Mails written to files instead of a mail server. */
  outboxDirectory: string;
  /** The sealing key for remote uploads; created when it is first needed. */
  sealingKeyFile: string;
  /** When the source servers of imports may be called again. */
  paceDirectory: string;
  /** Thumbnails of pictures, which can be recreated. */
  thumbnailsFile: string;
  lockFile: string;
  /** Written after the first start: from then on a missing database is a loss, not a beginning. */
  markerFile: string;
  /** Only in a backup that no server has started from. */
  backupMarkFile: string;
  /** Only while a restore is in progress. */
  restoreMarkFile: string;
}

export interface DataFolder extends DataPaths {
  isInitialised: boolean;
  hasDatabase: boolean;
}

/** Only builds the paths; accesses nothing. */
export function dataPathsIn(directory: string): DataPaths {
  return {
    databaseFile: join(directory, "consigne.sqlite"),
    blobsDirectory: join(directory, "bytes"),
    outboxDirectory: join(directory, "outbox"),
    sealingKeyFile: join(directory, "sealing.key"),
    paceDirectory: join(directory, "pace"),
    thumbnailsFile: join(directory, "thumbnails.sqlite"),
    lockFile: join(directory, "server.lock"),
    markerFile: join(directory, "instance.json"),
    backupMarkFile: join(directory, "backup.json"),
    restoreMarkFile: join(directory, "restore.json"),
  };
}

/**
 * `mayCreate`: creates the folder if necessary. Otherwise, a folder without data is considered a mistake.
 * @throws {StartError}
 */
export async function openDataFolder(directory: string, { mayCreate }: { mayCreate: boolean }): Promise<DataFolder> {
  if (mayCreate) makeDataFolder(directory);
  const folder = dataPathsIn(directory);
  await refuseHalfRestored(directory, folder.restoreMarkFile);
  const isInitialised = await exists(folder.markerFile);
  if (isInitialised) await refuseNewerFormat(directory, folder.markerFile);
  // The database is created before the folder of bytes: bytes without a database are a loss too, even if the marker is
  // gone as well.
  const wasInUse = isInitialised || (await exists(folder.blobsDirectory));
  if (wasInUse && (await sizeOf(folder.databaseFile)) === 0) {
    throw new StartError(
      `The database ${folder.databaseFile} is missing or empty, but this folder was in use before. The stored data is untouched. ` +
        `Restore the database from a backup, or point CONSIGNE_DATA_DIR to an empty folder to start without the old files.`,
    );
  }
  const hasDatabase = await exists(folder.databaseFile);
  if (!hasDatabase && !mayCreate) {
    throw new StartError(
      `There is no data in ${directory}. Check CONSIGNE_DATA_DIR and the working folder; ` +
        "`consigne-server serve` starts a new data folder. Nothing was created.",
    );
  }
  if (!hasDatabase && !wasInUse) await refuseForeignFiles(directory);
  return { ...folder, isInitialised, hasDatabase };
}

async function refuseHalfRestored(directory: string, markFile: string): Promise<void> {
  if (!(await exists(markFile))) return;
  throw new StartError(
    `The restore into ${directory} is not complete, so files may be missing. ` +
      "Run the same `consigne-server restore` again; it continues where it stopped.",
  );
}

/**
 * With a mistyped path, a database would be created among somebody else's files, and the real one would seem to be
 * lost.
 */
async function refuseForeignFiles(directory: string): Promise<void> {
  const own = new Set(["lost+found", ...LOCK_NAMES]);
  const foreign = (await namesIn(directory)).filter((name) => !own.has(name) && !name.startsWith("."));
  if (foreign.length === 0) return;
  const shown = foreign
    .toSorted()
    .slice(0, FOREIGN_SHOWN)
    .map((name) => JSON.stringify(name));
  const more = foreign.length > shown.length ? ` and ${foreign.length - shown.length} more` : "";
  throw new StartError(
    `The folder ${directory} contains no Consigne data, but other files (${shown.join(", ")}${more}). Nothing was changed. ` +
      "Point CONSIGNE_DATA_DIR to a new or empty folder, or to the one with consigne.sqlite.",
  );
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw new StartError(`The data folder ${directory} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function makeDataFolder(directory: string): void {
  try {
    makeFolder(directory, 0o700);
  } catch (error) {
    throw new StartError(
      `The data folder ${directory} cannot be created: ${reasonOf(error)}. Check CONSIGNE_DATA_DIR and who owns the folders above it.`,
      { cause: error },
    );
  }
}

/** An unreadable marker does not prove a newer release: it still counts as a marker. */
async function refuseNewerFormat(directory: string, markerFile: string): Promise<void> {
  const [, format = "0"] = /"format":\s*(\d{1,9})/.exec(await readFile(markerFile, "utf8").catch(() => "")) ?? [];
  if (Number(format) <= FORMAT) return;
  throw new StartError(
    `The data folder ${directory} was written by a newer version of Consigne (format ${format}; this version reads up to ${FORMAT}). ` +
      "Start that version, or restore an older backup. Nothing was changed.",
  );
}

/** Durable when it resolves. */
export async function markInitialised(folder: Pick<DataPaths, "markerFile">): Promise<void> {
  await writeDurably(folder.markerFile, `${JSON.stringify({ format: FORMAT })}\n`);
}

async function exists(path: string): Promise<boolean> {
  return (await lookAt(path)) !== undefined;
}

/** 0 if it does not exist. */
async function sizeOf(path: string): Promise<number> {
  return (await lookAt(path))?.size ?? 0;
}

async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    // A path below a file does not exist either.
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
    throw new StartError(`${path} cannot be opened: ${reasonOf(error)}.`, { cause: error });
  }
}
