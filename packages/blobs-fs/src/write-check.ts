import { constants } from "node:fs";
import { join } from "node:path";
import { newBlobKey } from "@consigne/core";
import { toWriteError } from "./disk-failure.ts";
import type { DiskFile, DiskFileSystem } from "./file-system.ts";

const FILE_MODE = 0o600;
// Windows knows no O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;

/** Makes a file in a folder durable, and removes it. @throws {BlobStoreError} saying why that is not possible */
export async function tryWriting(fileSystem: DiskFileSystem, folder: string): Promise<void> {
  const path = join(folder, `check-${newBlobKey()}`);
  let file: DiskFile | undefined;
  try {
    file = await fileSystem.openFile(path, OPEN_NEW, FILE_MODE);
    await file.write(Buffer.from("writable"), 0, 8, 0);
    await file.sync();
  } catch (error) {
    throw toWriteError(error);
  } finally {
    if (file !== undefined) {
      await file.close().catch(() => undefined);
      await fileSystem.unlink(path).catch(() => undefined);
    }
  }
}
