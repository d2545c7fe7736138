import type { Repositories } from "../ports/database.ts";
import { sweepVersions } from "../trash/trash-sweep.ts";
import type { RemovableFileId } from "./file-repository.ts";

export interface RemovableFile {
  readonly id: RemovableFileId;
  readonly blobId: string;
}

/**
 * Removes files with their download tokens, additional links and older versions, and gives up contents that no other
 * file uses. Runs in a transaction; once it is durable, the bytes may be removed. Returns how many contents were given
 * up; those of many older versions follow with the next housekeeping.
 */
export async function removeFiles(rows: Repositories, files: readonly RemovableFile[], now: Date): Promise<number> {
  const ended = await rows.versions.endByFiles(files.map(({ id }) => id));
  const swept = ended > 0 ? await sweepVersions(rows, { now }) : 0;
  return (await removeFilesAlone(rows, files, now)) + swept;
}

/** The same for files whose older versions are already removed. */
export async function removeFilesAlone(
  rows: Repositories,
  files: readonly RemovableFile[],
  now: Date,
): Promise<number> {
  const ids = files.map(({ id }) => id);
  await rows.downloadTokens.removeByFiles(ids);
  await rows.files.removeMany(ids);
  const discarded = await rows.blobs.removeUnreferenced(files.map(({ blobId }) => blobId));
  await rows.discardedBytes.add(discarded, now);
  return discarded.length;
}
