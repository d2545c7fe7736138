import type { Sent, UploadHooks } from "../api/upload-door.ts";

export type ItemState = "waiting" | "sending" | "verifying" | "done" | "failed" | "skipped" | "cancelled";

/** Why a file did not arrive; `refused` says it in the words of the server. */
export type UploadFailure = "lost" | "unclear" | "unreadable" | "tooLarge" | { reason: string; isSessionOver: boolean };

/** As what it is stored, and the link of the file that it replaces. */
export interface UploadPlan {
  name: string;
  replacedUrl: string | undefined;
}

/** A folder of somebody else's, in which something is put. */
export interface SharedBase {
  readonly folderId: number;
  readonly name: string;
}

/** Names of folders, from the root or from a folder of somebody else's. */
export interface UploadTarget {
  readonly folder: readonly string[];
  readonly base?: SharedBase | undefined;
}

export interface UploadItem extends UploadTarget {
  readonly id: number;
  readonly file: File;
  /** As it is stored, which differs where both of a name are kept. */
  name: string;
  state: ItemState;
  sentBytes: number;
  url?: string | undefined;
  failure?: UploadFailure | undefined;
  plan?: UploadPlan | undefined;
  /** How often the line broke under it while the server answered. */
  breaks: number;
}

export const isOpen = ({ state }: UploadItem): boolean =>
  state === "waiting" || state === "sending" || state === "verifying";

/** Of the folders that it goes to, as they are told to people. */
export const namesOf = ({ folder, base }: UploadTarget): readonly string[] =>
  base === undefined ? folder : [base.name, ...folder];

/** A file on this machine and the names of the folders to put it in. */
export interface PickedFile {
  file: File;
  folder: readonly string[];
}

export type ConflictChoice = "keep" | "replace" | "skip";

export interface Conflict {
  name: string;
  keptName: string;
  target: UploadTarget;
  /** Where the other file is somebody else's, only they may give it other bytes. */
  mayReplace: boolean;
  /** Files behind this one that have not been looked at. */
  others: number;
}

/** What the queue needs of the world; replaced in tests. */
export interface UploadWorld {
  send(file: File, to: { folderId: number; name: string }, hooks: UploadHooks): Promise<Sent>;
  /** By its path from the root. */
  ensureFolder(path: readonly string[]): Promise<number>;
  ensureFolderIn(parentId: number, name: string): Promise<number>;
  /** Links of the files of a folder, by name. */
  filesIn(folderId: number): Promise<ReadonlyMap<string, string>>;
  /** Gives a file the bytes of one that was sent; returns the link under which they are. */
  replace(url: string, by: string): Promise<string>;
  ask(conflict: Conflict): Promise<{ choice: ConflictChoice; forAll: boolean } | undefined>;
  largestFileBytes(): Promise<number | undefined>;
  /** Something arrived in a folder. */
  onArrival(): void;
  /** Whether nothing but the line to the server failed. */
  isLineFailure(error: unknown): boolean;
  /** Resolves once the server answers. */
  serverAnswers(): Promise<void>;
}
