import { randomBytes, randomFillSync } from "node:crypto";
import { open } from "node:fs/promises";

const BUFFER_BYTES = 16 * 1024 * 1024;
const MARK_BYTES = 64;

/** Writes a file of random bytes, all of them on the disk and in the page cache. */
export async function writeRandomFile(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, "w");
  try {
    const buffer = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, sizeBytes));
    for (let done = 0; done < sizeBytes; done += buffer.length) {
      randomFillSync(buffer);
      await file.write(buffer, 0, Math.min(buffer.length, sizeBytes - done), done);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Changes the content to one never stored before. Equal content would be received and then dropped. */
export async function changeContent(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(randomBytes(MARK_BYTES), 0, MARK_BYTES, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
