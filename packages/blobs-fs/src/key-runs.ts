import { newBlobKey } from "@consigne/core";

/** Long enough for the largest upload of the wire; short enough that folders stay alike in size. */
const RUN_LENGTH = 256;
/** As many letters as name a folder, see `DiskLayout`. */
const FOLDER_LETTERS = 2;

/** Keys of blobs that come one after the other lie in one folder, so that they can share its syncs. */
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
