import type { UploadItem } from "./upload-item.ts";

export interface UploadTotals {
  count: number;
  done: number;
  failed: number;
  skipped: number;
  cancelled: number;
  sentBytes: number;
  sizeBytes: number;
  isBusy: boolean;
}

/** Of what is to be sent: what was skipped or cancelled counts no bytes. */
export function totalsOf(items: readonly UploadItem[]): UploadTotals {
  const totals = { count: items.length, done: 0, failed: 0, skipped: 0, cancelled: 0, sentBytes: 0, sizeBytes: 0 };
  let isBusy = false;
  for (const { state, file, sentBytes } of items) {
    if (state === "done" || state === "failed" || state === "skipped" || state === "cancelled") totals[state] += 1;
    else isBusy = true;
    if (state === "skipped" || state === "cancelled") continue;
    totals.sizeBytes += file.size;
    totals.sentBytes += sentBytes;
  }
  return { ...totals, isBusy };
}
