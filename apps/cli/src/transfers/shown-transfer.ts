import type { DownloadProgress, UploadProgress } from "@consigne/sdk";
import type { FileProgress, Progress } from "../progress/progress.ts";

/** Shows one upload or download, which is already included in the totals, on the progress line; always call `end`. */
export class ShownTransfer {
  readonly #shown: FileProgress;
  #movedBytes = 0;
  #resumedBytes = 0;

  constructor(progress: Progress, file: { name: string; sizeBytes: number }) {
    this.#shown = progress.begin(file);
  }

  readonly onUpload = ({ phase, sentBytes, resumedBytes }: UploadProgress): void => {
    if (resumedBytes < this.#resumedBytes) {
      this.#shown.restart();
      this.#movedBytes = 0;
    } else if (resumedBytes > this.#resumedBytes) {
      this.#shown.resume(resumedBytes - this.#resumedBytes);
      this.#movedBytes += resumedBytes - this.#resumedBytes;
    }
    this.#resumedBytes = resumedBytes;
    this.#show(sentBytes, phase);
  };

  readonly onDownload = ({ phase, receivedBytes, resumedBytes }: DownloadProgress): void => {
    if (this.#movedBytes === 0 && resumedBytes > 0) {
      this.#shown.resume(resumedBytes);
      this.#movedBytes = resumedBytes;
    }
    this.#show(receivedBytes, phase);
  };

  end(isDone: boolean): void {
    if (isDone) this.#shown.done();
    else this.#shown.fail();
  }

  #show(movedBytes: number, phase: string): void {
    this.#shown.add(movedBytes - this.#movedBytes);
    this.#movedBytes = movedBytes;
    if (phase === "verifying") this.#shown.state("verifying");
  }
}
