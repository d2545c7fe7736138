import type { DomainError } from "../errors.ts";
import type { FolderReference } from "../folders/folder-access.ts";

/** Most files of one batch: its sender begins another one. */
export const MOST_BATCH_FILES = 1000;

/** What is to be done where a file of the name is there already; `add`: as in any upload it is another file of that name. */
export type BatchNameTaken = "add" | "fail" | "skip" | "keep-both" | "replace";

export interface BatchWishes {
  /** What the paths of all files begin below. */
  folder: FolderReference;
  nameTaken: BatchNameTaken;
  /** As of an upload. */
  domain: number | undefined;
}

/** One file of a batch, as it is announced before its bytes. */
export interface BatchHead {
  /** What its path begins below; undefined: the folder of the batch. */
  folder: FolderReference | undefined;
  /** Names of folders and then of the file, with `/` between them. Folders that are not there are made. */
  path: string;
  sizeBytes: number;
  /** Of its bytes, 64 lower-case hexadecimal digits. */
  sha256: string;
  contentType: string | undefined;
}

/** Asks for a file by what is known of it; no bytes come. */
export interface BatchQuestion extends Pick<BatchHead, "folder" | "path" | "sizeBytes"> {
  whirlpool: string;
}

/** A file that is durable and listed. */
export interface BatchFile {
  readonly fileId: string;
  readonly folderId: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly whirlpool: string;
  readonly domain: number;
}

/** What became of one file; `number` counts them from 0 in the order in which they were announced. */
export type BatchOutcome = { readonly number: number } & (
  | {
      /** `there`: it lay there already, with this name and these bytes. */
      readonly outcome: "stored" | "there" | "replaced";
      readonly file: BatchFile;
    }
  /** `absent`: there is no file that was asked for. */
  | { readonly outcome: "skipped" | "absent" }
  /** Nothing of it was kept. */
  | { readonly outcome: "failed"; readonly error: DomainError }
);
