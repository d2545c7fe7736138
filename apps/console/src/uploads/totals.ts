import type { UploadItem } from "./upload-item.ts";

/** The cost of a file besides its bytes: many small files take long, although they have few bytes. */
const WORK_OF_FILE = 64 * 1024;

export interface UploadTotals {
  count: number;
  done: number;
  failed: number;
  skipped: number;
  cancelled: number;
  sentBytes: number;
  /** Excluding what existed before: used for the transfer rate. */
  movedBytes: number;
  sizeBytes: number;
  /** Bytes, plus the cost of each file: used for progress and remaining time. */
  doneWork: number;
  movedWork: number;
  allWork: number;
  isBusy: boolean;
}

/** Totals of what is to be sent. Skipped and cancelled files count no bytes. */
export function totalsOf(items: readonly UploadItem[]): UploadTotals {
  const counts = { count: items.length, done: 0, failed: 0, skipped: 0, cancelled: 0 };
  const totals = { ...counts, sentBytes: 0, movedBytes: 0, sizeBytes: 0 };
  let [sentFiles, allFiles] = [0, 0];
  let isBusy = false;
  for (const { state, file, sentBytes, foundBytes } of items) {
    if (state === "done" || state === "failed" || state === "skipped" || state === "cancelled") totals[state] += 1;
    else isBusy = true;
    if (state === "skipped" || state === "cancelled") continue;
    allFiles += 1;
    if (state === "done") sentFiles += 1;
    totals.sizeBytes += file.size;
    totals.sentBytes += sentBytes;
    totals.movedBytes += sentBytes - foundBytes;
  }
  const { sentBytes, movedBytes, sizeBytes } = totals;
  const doneWork = sentBytes + sentFiles * WORK_OF_FILE;
  const movedWork = movedBytes + sentFiles * WORK_OF_FILE;
  return { ...totals, doneWork, movedWork, allWork: sizeBytes + allFiles * WORK_OF_FILE, isBusy };
}
