import type { FileLsResponse } from "@consigne/contract";
import type { CivilTimes } from "@consigne/contract/civil-time";
import type { ByteContext } from "../byte-context.ts";
import { timesOf } from "../calls/server-times.ts";
import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { findDate, findNumber } from "../resources/wire-values.ts";
import { mayBeStoredAs } from "./file-name.ts";
import { matchFiles, type FileMatches } from "./match-files.ts";
import type { OutgoingFile } from "./upload-attempt.ts";
import type { UploadedFile } from "./upload-report.ts";

/** 1fichier.com lists at most this many; it has no paging. */
const MOST_LISTED = 5000;
const DAY_MS = 24 * 3_600_000;

/**
 * Looks for files in the folder they were sent to, by size and Whirlpool: only the folder shows whether an upload with
 * an unclear result has arrived. A file of the same bytes that was there under another name is not the one sent.
 */
export async function findStored(
  context: ByteContext,
  files: readonly OutgoingFile[],
  folderId: number | undefined,
  signal: AbortSignal | undefined,
): Promise<FileMatches<OutgoingFile>> {
  const folder = { folder_id: folderId ?? 0 };
  const options = { signal, isFresh: true };
  const listing = await context.caller.call("fileLs", folder, options);
  const matches = matchFiles(files, storedFiles(listing), mayBeStoredAs);
  if (matches.missing.length === 0 || listing.items.length < MOST_LISTED) return matches;
  // New files may be among those that were cut off. A day, because clocks and time zones differ.
  const times = await timesOf(context.caller);
  const sent = async (since: number) => {
    const body = { ...folder, sent_after: times.toWire(new Date(since - DAY_MS)) };
    return matchFiles(files, storedFiles(await context.caller.call("fileLs", body, options)), mayBeStoredAs);
  };
  const nowMs = Date.now();
  const found = await sent(nowMs);
  const newestMs = newestOf(listing, times);
  // The local clock may be far ahead; the server's own dates show what time it is there at least.
  const isClockDoubtful = found.missing.length > 0 && newestMs !== undefined && newestMs < nowMs - DAY_MS;
  return isClockDoubtful ? sent(newestMs) : found;
}

function newestOf({ items }: FileLsResponse, times: CivilTimes): number | undefined {
  const found = items.map(({ date }) => findDate(date, times)?.getTime()).filter((time) => time !== undefined);
  return found.length === 0 ? undefined : found.reduce((latest, time) => Math.max(latest, time));
}

const storedFiles = (listing: FileLsResponse): UploadedFile[] =>
  listing.items.map(storedFile).filter((file) => file !== undefined);

function storedFile(item: FileLsResponse["items"][number]): UploadedFile | undefined {
  const sizeBytes = findNumber(item.size);
  const whirlpool = readWhirlpool(item.checksum);
  if (sizeBytes === undefined || whirlpool === undefined) return undefined;
  return { url: item.url, name: item.filename, sizeBytes, whirlpool, raw: item };
}
