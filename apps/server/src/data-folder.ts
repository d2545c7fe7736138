import type { Stats } from "node:fs";
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StartError } from "./start-error.ts";

/** How files lie in the folder. What changes in the database has its migrations and leaves this alone. */
const FORMAT = 1;

/** Where everything embedded lives. */
export interface DataFolder {
  databaseFile: string;
  blobsDirectory: string;
  lockFile: string;
  /** Written once the first start is through: from then on a missing database is a loss, not a beginning. */
  markerFile: string;
  isInitialised: boolean;
  hasDatabase: boolean;
}

/** Makes the folder if need be. @throws {StartError} */
export async function openDataFolder(directory: string): Promise<DataFolder> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(`The data folder ${directory} cannot be made: ${reasonOf(error)}.`, { cause: error });
  }
  const folder = {
    databaseFile: join(directory, "consigne.sqlite"),
    blobsDirectory: join(directory, "bytes"),
    lockFile: join(directory, "server.lock"),
    markerFile: join(directory, "instance.json"),
  };
  const isInitialised = await exists(folder.markerFile);
  if (isInitialised) await refuseNewerFormat(directory, folder.markerFile);
  // The database is made before the folder of the bytes: bytes without it are a loss too, also where the marker went with it.
  const wasInUse = isInitialised || (await exists(folder.blobsDirectory));
  if (wasInUse && (await sizeOf(folder.databaseFile)) === 0) {
    throw new StartError(
      `The database ${folder.databaseFile} is missing or empty, but this folder was in use before. The stored bytes are untouched. ` +
        `Put the database back from a backup; or, to begin anew without the old files, choose an empty CONSIGNE_DATA_DIR.`,
    );
  }
  return { ...folder, isInitialised, hasDatabase: await exists(folder.databaseFile) };
}

/** A marker that cannot be read says nothing of a newer version: it marks all the same. */
async function refuseNewerFormat(directory: string, markerFile: string): Promise<void> {
  const [, format = "0"] = /"format":\s*(\d{1,9})/.exec(await readFile(markerFile, "utf8").catch(() => "")) ?? [];
  if (Number(format) <= FORMAT) return;
  throw new StartError(
    `The data folder ${directory} was written by a newer version of Consigne (format ${format}; this version reads up to ${FORMAT}). ` +
      "Start that version, or restore an older backup. Nothing was changed.",
  );
}

/** Durable before it resolves. */
export async function markInitialised(folder: DataFolder): Promise<void> {
  const temporary = `${folder.markerFile}.new`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ format: FORMAT })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, folder.markerFile);
  const directory = await open(dirname(folder.markerFile), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lookAt(path)) !== undefined;
}

/** 0 for what is not there. */
async function sizeOf(path: string): Promise<number> {
  return (await lookAt(path))?.size ?? 0;
}

async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new StartError(`${path} cannot be looked at: ${reasonOf(error)}.`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
