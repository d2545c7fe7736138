import type { RemovableAccountId } from "../accounts/account-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";
import type { PartUpload, ReceivedPart, ReceivedTail } from "./part-upload.ts";

export type NewPartUpload = Omit<PartUpload, "folderId" | "receivedParts" | "receivedBytes" | "file"> & {
  readonly folderId: Permitted<"folder.use" | "folder.fill" | "system", number>;
};

/** What a stream has made durable. */
export interface StreamStep {
  /** Parts that are complete now. */
  readonly parts: readonly ReceivedPart[];
  /** The beginning of the next part. */
  readonly tail: ReceivedTail | undefined;
  /** Offsets before and after this step, from the start of the file. */
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** When bytes arrived, and the new expiry of the upload. */
export interface Arrival {
  readonly at: Date;
  readonly expiresAt: Date;
}

/** An upload as found through its link. */
export interface PromisedUpload extends PartUpload {
  /** Some content of its size is blocked, and this one's checksum is not known yet. */
  readonly isSizeBlocked: boolean;
}

export interface PartUploadRepository {
  create(upload: NewPartUpload): Promise<void>;
  /** Also finds completed and expired uploads. */
  findById(id: string): Promise<PartUpload | undefined>;
  /** Finds it by the link of its future file. */
  findByLink(linkId: string): Promise<PromisedUpload | undefined>;
  /** Those of these file ids that an upload announced before its file existed, as long as its row is kept. */
  findPromised(fileIds: readonly string[]): Promise<string[]>;
  /**
   * Incomplete uploads of an account that end after `now`, newest first; `before` is the last one of the previous page.
   */
  listOpen(
    accountId: string,
    now: Date,
    page: { before: Pick<PartUpload, "id" | "createdAt"> | undefined; limit: number },
  ): Promise<PartUpload[]>;
  /** Number of incomplete uploads of an account, their announced size, and the bytes received so far. */
  getHeld(accountId: string): Promise<{ count: number; sizeBytes: number; receivedBytes: number }>;
  /**
   * Records a part, its time and the upload's new expiry. Returns false, and changes nothing, if the part is recorded
   * already. The upload must be neither complete nor ended, so check within the same transaction.
   */
  addPart(id: string, part: ReceivedPart & { sizeBytes: number }, arrival: Arrival): Promise<boolean>;
  /**
   * Records what a stream received. Does not check that the upload still exists, or that the step starts at its offset:
   * check within the same transaction.
   */
  advance(id: string, step: StreamStep, arrival: Arrival): Promise<void>;
  findPart(id: string, number: number): Promise<ReceivedPart | undefined>;
  /** Ordered by number, after `after`. */
  listParts(id: string, page: { after: number; limit: number }): Promise<ReceivedPart[]>;
  /** From now on it no longer counts towards the incomplete uploads of its account. */
  close(id: string): Promise<void>;
  /** Records the resulting file. */
  finish(id: string, file: UploadedFile, expiresAt: Date): Promise<void>;
  /** Ends it permanently: `removeEnded` removes the rest. */
  end(id: string): Promise<void>;
  /** Ends the oldest complete ones of an account beyond the newest `most`. */
  endOldestCompleted(accountId: string, most: number): Promise<void>;
  /** Ends those that have expired at `now` and those that would last beyond `latestEnd`; returns how many. */
  endExpired(now: Date, latestEnd: Date): Promise<number>;
  /** Removes ended uploads with the rows of their parts; returns how many. */
  removeEnded(): Promise<number>;
  /** Those of these storage keys that belong to an incomplete upload. */
  findHeldKeys(keys: readonly string[]): Promise<string[]>;
  /** Removes a few uploads of an account, in one transaction. @returns how many rows; 0 once there are none */
  removeSomeByAccount(id: RemovableAccountId): Promise<number>;
}
