import { constants } from "node:fs";
import { join } from "node:path";
import { newBlobKey } from "@consigne/core";
import { toWriteError } from "./disk-failure.ts";
import type { DiskFile, DiskFileSystem } from "./file-system.ts";

const FILE_MODE = 0o600;
// Windows does not have O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;

/** Writes a file durably and removes it again. @throws {BlobStoreError} saying why that is impossible */
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
