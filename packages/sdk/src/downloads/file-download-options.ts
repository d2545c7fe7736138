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
  /** Something already has the name. */
  isThere: boolean;
  /** What the bytes have to be, if the server gives that piece by piece. */
  manifest: Manifest | undefined;
  /** Distance to the server, as far as it is known. */
  line: LineLength;
}
