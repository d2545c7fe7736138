import type { FileRepository } from "../files/file-repository.ts";
import { isUnwritable } from "../unwritable.ts";

const AT_A_TIME = 250;

/** Counts the files that went out in an archive as downloads of theirs, some at a time. Disposing counts the last ones. */
export class DownloadCounts implements AsyncDisposable {
  readonly #files: Pick<FileRepository, "noteDownloads">;
  readonly #isCounted: boolean;
  #ids: string[] = [];

  /** @param isCounted false where the same token is used again */
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

  /** Whether that can be noted or not, the files are to be had. */
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
