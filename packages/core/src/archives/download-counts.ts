import type { FileRepository } from "../files/file-repository.ts";
import { isUnwritable } from "../unwritable.ts";

const AT_A_TIME = 250;

/** Counts a download for each file sent in an archive, in batches. Disposing counts the last batch. */
export class DownloadCounts implements AsyncDisposable {
  readonly #files: Pick<FileRepository, "noteDownloads">;
  readonly #isCounted: boolean;
  #ids: string[] = [];

  /** @param isCounted false when the same token is used again */
  constructor(files: Pick<FileRepository, "noteDownloads">, isCounted: boolean) {
    this.#files = files;
    this.#isCounted = isCounted;
  }

  async add(fileId: string): Promise<void> {
    if (!this.#isCounted) return;
    this.#ids.push(fileId);
    if (this.#ids.length >= AT_A_TIME) await this.#flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flush();
  }

  /** The download goes on even if it cannot be counted. */
  async #flush(): Promise<void> {
    const ids = this.#ids;
    this.#ids = [];
    if (ids.length === 0) return;
    try {
      await this.#files.noteDownloads(ids);
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
  }
}
