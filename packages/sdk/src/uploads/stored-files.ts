import type { FileLsResponse } from "@consigne/contract";
import type { ByteContext } from "../byte-context.ts";
import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { findNumber } from "../resources/wire-values.ts";
import { matchFiles, type FileMatches } from "./match-files.ts";
import type { OutgoingFile } from "./upload-attempt.ts";
import type { UploadedFile } from "./upload-report.ts";

/**
 * Looks for files in the folder they were sent to, by size and Whirlpool: an upload that ended in doubt is there or
 * not, and only the folder knows.
 */
export async function findStored(
  context: ByteContext,
  files: readonly OutgoingFile[],
  folderId: number | undefined,
  signal: AbortSignal | undefined,
): Promise<FileMatches<OutgoingFile>> {
  const listing = await context.caller.call("fileLs", { folder_id: folderId ?? 0 }, { signal, isFresh: true });
  return matchFiles(
    files,
    listing.items.map(storedFile).filter((file) => file !== undefined),
  );
}

function storedFile(item: FileLsResponse["items"][number]): UploadedFile | undefined {
  const sizeBytes = findNumber(item.size);
  const whirlpool = readWhirlpool(item.checksum);
  if (sizeBytes === undefined || whirlpool === undefined) return undefined;
  return { url: item.url, name: item.filename, sizeBytes, whirlpool, raw: item };
}
