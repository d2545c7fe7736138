import type { TransferRate } from "../rate-meter.ts";

/** Progress of a download to a file. */
export interface DownloadProgress extends TransferRate {
  /** `verifying`: every byte has arrived; the Whirlpool is being compared. */
  phase: "receiving" | "verifying" | "done";
  /** Bytes in the file, including `resumedBytes`. */
  receivedBytes: number;
  totalBytes: number;
  /** Kept from an earlier attempt and not fetched again. */
  resumedBytes: number;
}
