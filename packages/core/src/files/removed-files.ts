import type { Repositories } from "../ports/database.ts";
import type { RemovableFileId } from "./file-repository.ts";

export interface RemovableFile {
  readonly id: RemovableFileId;
  readonly blobId: string;
}

/**
 * Removes files with their download tokens and further links, and gives up contents that no other file has. Runs in a transaction; once that
 * is durable, the bytes may go. Returns how many contents were given up.
 */
export async function removeFiles(rows: Repositories, files: readonly RemovableFile[], now: Date): Promise<number> {
  const ids = files.map(({ id }) => id);
  await rows.downloadTokens.removeByFiles(ids);
  await rows.files.removeMany(ids);
  const discarded = await rows.blobs.removeUnreferenced(files.map(({ blobId }) => blobId));
  await rows.discardedBytes.add(discarded, now);
  return discarded.length;
}
