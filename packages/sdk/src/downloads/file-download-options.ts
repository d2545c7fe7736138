import type { DownloadProgress } from "./download-progress.ts";
import type { LineLength } from "../line-length.ts";
import type { Manifest } from "./manifest.ts";

export interface FileDownloadOptions {
  connections: number | undefined;
  resume: boolean;
  onProgress: ((progress: DownloadProgress) => void) | undefined;
  throttle: ((bytes: number) => Promise<void>) | undefined;
  isReserved: ((name: string) => boolean) | undefined;
  beforeNaming: (() => Promise<void>) | undefined;
  mayReplace: boolean;
  keepsPartWhenFull: boolean;
  /** Something has the name already. */
  isThere: boolean;
  /** What the bytes have to be, where the server tells that piece by piece. */
  manifest: Manifest | undefined;
  /** To the server, as far as it is known. */
  line: LineLength;
}
