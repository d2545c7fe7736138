import type { EnsuredFolder } from "../api/entries.ts";
import type { NamedRefusal } from "../api/refusal-texts.ts";
import type { SendTarget, Sent, UploadHooks } from "../api/sending.ts";

export type ItemState =
  | "waiting"
  /** What is there from before is compared with the file. */
  | "comparing"
  | "sending"
  | "verifying"
  | "done"
  | "failed"
  | "skipped"
  | "cancelled";

/** A refusal, as the wire tells it apart from others. */
export interface UploadRefusal extends NamedRefusal {
  /** In the words of the server. */
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

/** As what it is stored, and the link of the file that it replaces. */
export interface UploadPlan {
  name: string;
  replacedUrl: string | undefined;
}

/** A folder of somebody else's, in which something is put. */
export interface SharedBase {
  readonly folderId: number;
  readonly name: string;
  /** The e-mail address of whom it belongs to: what is put in takes their room. */
  readonly owner: string;
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
  /** There or on their way. */
  sentBytes: number;
  /** Those of them that were there before it was sent, or sent on. */
  foundBytes: number;
  /** Those that stay on the server when it breaks off. */
  keptBytes: number;
  /** What the server knows it by where it comes in parts. */
  uploadId?: string | undefined;
  /** Valid before all of it is there, where it comes in parts. */
  url?: string | undefined;
  failure?: UploadFailure | undefined;
  plan?: UploadPlan | undefined;
  /** How often the line broke under it while the server answered. */
  breaks: number;
}

export const isOpen = ({ state }: UploadItem): boolean =>
  state === "waiting" || isMoving(state) || state === "verifying";

/** Can be left off at any moment. */
export const isMoving = (state: ItemState): boolean => state === "sending" || state === "comparing";

/** Of the folders that it goes to, as they are told to people. */
export const namesOf = ({ folder, base }: UploadTarget): readonly string[] =>
  base === undefined ? folder : [base.name, ...folder];

/** Of an upload that was begun before the page was loaded, or elsewhere. */
export interface BegunUpload {
  uploadId: string;
  plan: UploadPlan;
}

/** A file on this machine and the names of the folders to put it in. */
export interface PickedFile {
  file: File;
  folder: readonly string[];
  begun?: BegunUpload;
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
  send(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent>;
  /** Whether it goes with others that are sent at the same time, so that many may be. */
  goesTogether(item: Pick<UploadItem, "file" | "uploadId">): boolean;
  /** Nothing of it is to stay on the server. */
  drop(file: File): void;
  /** What was begun of it before the page was loaded again; told once. */
  begunBefore(item: Pick<UploadItem, "file" | "folder" | "base">): BegunUpload | undefined;
  ensureFolderIn(parent: EnsuredFolder, name: string): Promise<EnsuredFolder>;
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
  refusalOf(error: unknown): UploadRefusal;
  /** Resolves once the server answers. */
  serverAnswers(): Promise<void>;
}
