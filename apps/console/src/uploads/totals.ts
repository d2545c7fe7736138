import type { UploadItem } from "./upload-item.ts";

/** What a file takes beside its bytes: many small ones take long, however few bytes they have. */
const WORK_OF_FILE = 64 * 1024;

export interface UploadTotals {
  count: number;
  done: number;
  failed: number;
  skipped: number;
  cancelled: number;
  sentBytes: number;
  /** Without what was there before: what says how fast it goes. */
  movedBytes: number;
  sizeBytes: number;
  /** Bytes, and as many for each file as it takes beside them: how far it all is, and how long it takes. */
  doneWork: number;
  movedWork: number;
  allWork: number;
  isBusy: boolean;
}

/** Of what is to be sent: what was skipped or cancelled counts no bytes. */
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
