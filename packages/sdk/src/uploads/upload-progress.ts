import { type TransferRate, RateMeter } from "../rate-meter.ts";

/** Progress of an upload. */
export interface UploadProgress extends TransferRate {
  /**
   * `comparing`: what the server has from an earlier attempt is compared with the file; `verifying`: everything was
   * sent, and the server stores and checks it.
   */
  phase: "comparing" | "sending" | "verifying" | "done";
  /**
   * Bytes of the contents of all files, without the request around them. Decreases if something has to be sent again.
   */
  sentBytes: number;
  totalBytes: number;
  /** Part of `sentBytes`: what the server had from an earlier attempt. */
  resumedBytes: number;
  files: readonly { name: string; sentBytes: number; sizeBytes: number; hasArrived: boolean }[];
}

/** Keeps the figures of one upload over all its attempts. */
export class UploadTracker {
  readonly #files: { name: string; sentBytes: number; sizeBytes: number; hasArrived: boolean }[];
  readonly #totalBytes: number;
  readonly #onProgress: ((progress: UploadProgress) => void) | undefined;
  readonly #meter = new RateMeter();
  #phase: UploadProgress["phase"] = "sending";
  #resumedBytes = 0;
  /** Index of each file of the running attempt. */
  #current: readonly number[] = [];

  constructor(
    files: readonly { name: string; sizeBytes: number }[],
    onProgress: ((progress: UploadProgress) => void) | undefined,
  ) {
    this.#files = files.map(({ name, sizeBytes }) => ({ name, sizeBytes, sentBytes: 0, hasArrived: false }));
    this.#totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#onProgress = onProgress;
  }

  /** A new attempt, with these files. */
  begin(indexes: readonly number[]): void {
    this.#current = indexes;
    this.sent(indexes.map(() => 0));
  }

  sent(sentOfFiles: readonly number[]): void {
    this.#current.forEach((index, at) => {
      const file = this.#files[index];
      if (file !== undefined) file.sentBytes = sentOfFiles[at] ?? 0;
    });
    this.enter("sending");
  }

  /** This much of the only file was sent in an earlier attempt. */
  resumed(bytes: number): void {
    this.#resumedBytes = bytes;
  }

  arrived(index: number): void {
    const file = this.#files[index];
    if (file === undefined) return;
    file.sentBytes = file.sizeBytes;
    file.hasArrived = true;
  }

  enter(phase: UploadProgress["phase"]): void {
    this.#phase = phase;
    if (this.#onProgress === undefined) return;
    const sentBytes = this.#files.reduce((sum, file) => sum + file.sentBytes, 0);
    const files = this.#files.map((file) => ({ ...file }));
    const pace = this.#meter.note(sentBytes, this.#totalBytes);
    const resumedBytes = this.#resumedBytes;
    this.#onProgress({ phase: this.#phase, sentBytes, totalBytes: this.#totalBytes, resumedBytes, files, ...pace });
  }
}
