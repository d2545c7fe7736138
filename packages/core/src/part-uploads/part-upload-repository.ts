import type { RemovableAccountId } from "../accounts/account-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";
import type { PartUpload, ReceivedPart, ReceivedTail } from "./part-upload.ts";

export type NewPartUpload = Omit<PartUpload, "folderId" | "receivedParts" | "receivedBytes" | "file"> & {
  readonly folderId: Permitted<"folder.use" | "folder.fill" | "system", number>;
};

/** What became durable of a stream. */
export interface StreamStep {
  /** Parts that are whole now. */
  readonly parts: readonly ReceivedPart[];
  /** What there is of the next one. */
  readonly tail: ReceivedTail | undefined;
  /** The bytes before and after it, from the first of the file. */
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** When bytes came, and how long the upload lasts from then on. */
export interface Arrival {
  readonly at: Date;
  readonly expiresAt: Date;
}

/** As whoever follows its link finds it. */
export interface PromisedUpload extends PartUpload {
  /** Some content of its size is blocked, and what it is going to be nobody knows. */
  readonly isSizeBlocked: boolean;
}

export interface PartUploadRepository {
  create(upload: NewPartUpload): Promise<void>;
  /** Also one that is complete or has expired. */
  findById(id: string): Promise<PartUpload | undefined>;
  /** The same by the link of the file that it becomes. */
  findByLink(linkId: string): Promise<PromisedUpload | undefined>;
  /** Of these ids of files those that an upload named before its file was there, as long as its row is kept. */
  findPromised(fileIds: readonly string[]): Promise<string[]>;
  /** Those of an account that are not complete and end after `now`, newest first; `before` is the last one of the page before. */
  listOpen(
    accountId: string,
    now: Date,
    page: { before: Pick<PartUpload, "id" | "createdAt"> | undefined; limit: number },
  ): Promise<PartUpload[]>;
  /** Those of an account that are not complete, the bytes that they are going to have, and those that have come. */
  getHeld(accountId: string): Promise<{ count: number; sizeBytes: number; receivedBytes: number }>;
  /**
   * Notes a part, when it came and how long the upload lasts. False, and nothing noted, when it has the part; it must be
   * neither complete nor ended, so ask within the same transaction.
   */
  addPart(id: string, part: ReceivedPart & { sizeBytes: number }, arrival: Arrival): Promise<boolean>;
  /**
   * Notes what came of a stream. Nothing checks that it is there still, and that its step begins where it stands: ask within the
   * same transaction.
   */
  advance(id: string, step: StreamStep, arrival: Arrival): Promise<void>;
  findPart(id: string, number: number): Promise<ReceivedPart | undefined>;
  /** In the order of their numbers, after `after`. */
  listParts(id: string, page: { after: number; limit: number }): Promise<ReceivedPart[]>;
  /** From now on it counts no more towards what its account holds. */
  close(id: string): Promise<void>;
  /** Keeps what became of it. */
  finish(id: string, file: UploadedFile, expiresAt: Date): Promise<void>;
  /** Ends it for good: what is left of it goes with `removeEnded`. */
  end(id: string): Promise<void>;
  /** Ends the oldest complete ones of an account beyond `kept`. */
  endOldestCompleted(accountId: string, kept: number): Promise<void>;
  /** Ends those that are over at `now` and those that would last beyond `latestEnd`; how many. */
  endExpired(now: Date, latestEnd: Date): Promise<number>;
  /** Removes those that have ended with the rows of their parts; how many. */
  removeEnded(): Promise<number>;
  /** Of these keys of bytes those that an upload has that is not complete. */
  findHeldKeys(keys: readonly string[]): Promise<string[]>;
  /** A few of an account, in one transaction. @returns how many rows; 0 once it has none */
  removeSomeByAccount(id: RemovableAccountId): Promise<number>;
}
