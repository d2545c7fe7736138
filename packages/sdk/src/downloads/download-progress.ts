import type { TransferRate } from "../rate-meter.ts";

/** How far a download to a file is. */
export interface DownloadProgress extends TransferRate {
  /** `verifying`: every byte is there; its Whirlpool is being compared. */
  phase: "receiving" | "verifying" | "done";
  /** What lies in the file, `resumedBytes` included. */
  receivedBytes: number;
  totalBytes: number;
  /** Left by an earlier attempt and not fetched again. */
  resumedBytes: number;
}
