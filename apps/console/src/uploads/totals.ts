import type { UploadItem } from "./upload-item.ts";

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
  isBusy: boolean;
}

/** Of what is to be sent: what was skipped or cancelled counts no bytes. */
export function totalsOf(items: readonly UploadItem[]): UploadTotals {
  const counts = { count: items.length, done: 0, failed: 0, skipped: 0, cancelled: 0 };
  const totals = { ...counts, sentBytes: 0, movedBytes: 0, sizeBytes: 0 };
  let isBusy = false;
  for (const { state, file, sentBytes, foundBytes } of items) {
    if (state === "done" || state === "failed" || state === "skipped" || state === "cancelled") totals[state] += 1;
    else isBusy = true;
    if (state === "skipped" || state === "cancelled") continue;
    totals.sizeBytes += file.size;
    totals.sentBytes += sentBytes;
    totals.movedBytes += sentBytes - foundBytes;
  }
  return { ...totals, isBusy };
}
