import { newBlobKey } from "@consigne/core";

/** Long enough for the largest upload request; short enough that folders stay similar in size. */
const RUN_LENGTH = 256;
/** Letters in a folder's name, see `DiskLayout`. */
const FOLDER_LETTERS = 2;

/** Consecutive keys of blobs are in the same folder, so that they can share its syncs. */
export class KeyRuns {
  #start = "";
  #left = 0;

  next(): string {
    const key = newBlobKey();
    if (this.#left === 0) {
      this.#left = RUN_LENGTH;
      this.#start = key.slice(0, FOLDER_LETTERS);
    }
    this.#left--;
    return this.#start + key.slice(FOLDER_LETTERS);
  }
}
