import type { DomainError } from "../errors.ts";
import type { FolderReference } from "../folders/folder-access.ts";

/** The most files in one batch; senders with more begin another one. */
export const MOST_BATCH_FILES = 1000;

/** What to do when a file with that name exists; `add`: like any upload, adds another file with the same name. */
export type BatchNameTaken = "add" | "fail" | "skip" | "keep-both" | "replace";

export interface BatchOptions {
  /** The folder that all paths are relative to. */
  folder: FolderReference;
  nameTaken: BatchNameTaken;
  /** Link domain, as for an upload. */
  domain: number | undefined;
}

/** One file of a batch, announced before its bytes. */
export interface BatchHead {
  /** The folder that its path is relative to; undefined: the batch's folder. */
  folder: FolderReference | undefined;
  /** Names of folders, then of the file, separated by `/`. Missing folders are made. */
  path: string;
  sizeBytes: number;
  /** SHA-256 of its bytes: 64 lower-case hexadecimal digits. */
  sha256: string;
  contentType: string | undefined;
}

/** Asks whether a file exists; no bytes follow. */
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

/** The outcome for one file; `number` counts from 0 in the order of announcement. */
export type BatchOutcome = { readonly number: number } & (
  | {
      /** `exists`: a file with this name and these bytes already existed. */
      readonly outcome: "stored" | "exists" | "replaced";
      readonly file: BatchFile;
    }
  /** `absent`: the file that was asked about does not exist. */
  | { readonly outcome: "skipped" | "absent" }
  /** Nothing of it was kept. */
  | { readonly outcome: "failed"; readonly error: DomainError }
);
