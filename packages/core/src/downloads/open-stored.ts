import { DomainError } from "../errors.ts";
import { damaged } from "../files/file-access.ts";
import type { BlobRepository } from "../files/blob-repository.ts";
import type { FileRepository } from "../files/file-repository.ts";
import type { StoredFile } from "../files/file.ts";
import { BlobNotFoundError, type BlobReader, type BlobStore, type ByteSpan } from "../ports/blob-store.ts";
import { DatabaseError } from "../ports/database.ts";
import { downloadRefusal } from "../storage/storage-refusal.ts";

interface Stored {
  blobs: Pick<BlobStore, "open" | "stat">;
  files: Pick<FileRepository, "findById">;
  rows: { blobs: Pick<BlobRepository, "isMerged" | "setDamaged"> };
  now: Date;
}

/**
 * Opens the bytes of a file, or a span of them. If the bytes under the key are missing or short, the file may just have
 * been removed, replaced or healed, so it is looked up again; another content is never opened. If the bytes are really
 * missing or short, the file is marked as damaged, so that clients do not keep retrying and the next upload of the same
 * content heals it. A disk that cannot be read proves nothing and leaves no mark.
 * @throws {DomainError} `file-not-found`, `file-damaged`, `storage-unavailable`
 */
export async function openStored(stored: Stored, file: StoredFile, span: ByteSpan | undefined): Promise<BlobReader> {
  const opened = await tryOpening(stored.blobs, file, span);
  if ("read" in opened) return opened;
  const current = await stored.files.findById(file.id);
  if (current === undefined) {
    throw new DomainError("file-not-found", "This file was removed.", { cause: opened.reason });
  }
  if (current.blobId !== file.blobId && !(await stored.rows.blobs.isMerged(file.blobId, current.blobId))) {
    throw new DomainError("file-not-found", "This file was replaced in the meantime.", {
      cause: opened.reason,
    });
  }
  if (current.blobKey !== file.blobKey) return openStored(stored, current, span);
  await mark(stored, current);
  throw damaged({ cause: opened.reason });
}

/** An unwritable database must not hide the actual problem from the caller. */
async function mark({ rows, now }: Stored, { blobId, blobKey }: StoredFile): Promise<void> {
  try {
    await rows.blobs.setDamaged(blobId, blobKey, now);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
}

async function tryOpening(
  blobs: Stored["blobs"],
  file: StoredFile,
  span: ByteSpan | undefined,
): Promise<BlobReader | { reason: unknown }> {
  try {
    return await tryReading(blobs, file, span);
  } catch (error) {
    throw downloadRefusal(error);
  }
}

/** Nothing is sent unless all bytes are there: clients should get an error, not a truncated answer. */
async function tryReading(
  blobs: Stored["blobs"],
  { blobKey, sizeBytes }: StoredFile,
  span: ByteSpan | undefined,
): Promise<BlobReader | { reason: unknown }> {
  try {
    const reader = await blobs.open(blobKey, span);
    if (reader.sizeBytes === sizeBytes) return reader;
    await reader.close();
    return { reason: new Error(`${reader.sizeBytes} bytes are stored instead of ${sizeBytes}.`) };
  } catch (error) {
    if (error instanceof BlobNotFoundError) return { reason: error };
    if (!(error instanceof RangeError)) throw error;
    const stat = await blobs.stat(blobKey);
    if (stat?.sizeBytes === sizeBytes) throw error;
    return { reason: error };
  }
}
