import type { EnsuredFolder } from "../api/entries.ts";
import type { NamedRefusal } from "../api/refusal-texts.ts";
import type { SendTarget, Sent, UploadHooks } from "../api/sending.ts";

export type ItemState =
  | "waiting"
  /** What already exists is compared with the file. */
  | "comparing"
  | "sending"
  | "verifying"
  | "done"
  | "failed"
  | "skipped"
  | "cancelled";

/** A refusal, identified by the API's number. */
export interface UploadRefusal extends NamedRefusal {
  /** The server's message. */
  said: string;
  isSessionOver: boolean;
}

/** Why a file did not arrive. */
export type UploadFailure =
  | "lost"
  | "unclear"
  | "unreadable"
  | "differs"
  | "elsewhere"
  | "tooLarge"
  | "tooLargeForProxy"
  | UploadRefusal;

/** The name under which it is stored, and the link of the file that it replaces. */
export interface UploadPlan {
  name: string;
  replacedUrl: string | undefined;
}

/** Somebody else's folder, to which something is added. */
export interface SharedBase {
  readonly folderId: number;
  readonly name: string;
  /** E-mail address of the owner, whose storage is used. */
  readonly owner: string;
}

/** Names of folders, from the root or from somebody else's folder. */
export interface UploadTarget {
  readonly folder: readonly string[];
  readonly base?: SharedBase | undefined;
}

export interface UploadItem extends UploadTarget {
  readonly id: number;
  readonly file: File;
  /** The stored name, which differs if both files with a name are kept. */
  name: string;
  state: ItemState;
  /** Sent or already existing. */
  sentBytes: number;
  /** Those that existed before it was sent, or resumed. */
  foundBytes: number;
  /** Those that stay on the server if the upload is interrupted. */
  storedBytes: number;
  /** The server's id for it, if it is sent in parts. */
  uploadId?: string | undefined;
  /** Valid before the upload is complete, if it is sent in parts. */
  url?: string | undefined;
  failure?: UploadFailure | undefined;
  plan?: UploadPlan | undefined;
  /** How often the connection broke during it although the server was reachable. */
  breaks: number;
}

export const isOpen = ({ state }: UploadItem): boolean =>
  state === "waiting" || isMoving(state) || state === "verifying";

/** Can be interrupted at any moment. */
export const isMoving = (state: ItemState): boolean => state === "sending" || state === "comparing";

/** Names of its destination folders, as shown to people. */
export const namesOf = ({ folder, base }: UploadTarget): readonly string[] =>
  base === undefined ? folder : [base.name, ...folder];

/** An upload that was begun before the page was loaded, or elsewhere. */
export interface BegunUpload {
  uploadId: string;
  plan: UploadPlan;
}

/** A file on this machine with the names of its destination folders. */
export interface PickedFile {
  file: File;
  folder: readonly string[];
  begun?: BegunUpload;
}

export type ConflictChoice = "keep" | "replace" | "skip";

export interface Conflict {
  name: string;
  numberedName: string;
  target: UploadTarget;
  /** If the other file belongs to somebody else, only they may replace its bytes. */
  mayReplace: boolean;
  /** Files after this one that were not checked yet. */
  others: number;
}

/** What the queue needs from its environment; replaced in tests. */
export interface UploadWorld {
  send(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent>;
  /** Whether it goes with others that are sent at the same time, so that many may be. */
  goesTogether(item: Pick<UploadItem, "file" | "uploadId">): boolean;
  /** Nothing of it should stay on the server. */
  drop(file: File): void;
  /** Its upload from before the page was reloaded; returned once. */
  begunBefore(item: Pick<UploadItem, "file" | "folder" | "base">): BegunUpload | undefined;
  ensureFolderIn(parent: EnsuredFolder, name: string): Promise<EnsuredFolder>;
  /** Links of the files in a folder, by name. */
  filesIn(folderId: number): Promise<ReadonlyMap<string, string>>;
  /** Replaces a file's bytes with those of a sent file; returns the link under which they are. */
  replace(url: string, by: string): Promise<string>;
  ask(conflict: Conflict): Promise<{ choice: ConflictChoice; forAll: boolean } | undefined>;
  largestFileBytes(): Promise<number | undefined>;
  /** Something arrived in a folder. */
  onArrival(): void;
  /** Whether only the connection to the server failed. */
  isLineFailure(error: unknown): boolean;
  refusalOf(error: unknown): UploadRefusal;
  /** Resolves once the server answers. */
  serverAnswers(): Promise<void>;
}
