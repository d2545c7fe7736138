import type { Permitted } from "../policy/permitted.ts";
import type { RemovableAccountId } from "../accounts/account-repository.ts";
import type { FetchMessages } from "./fetch-message.ts";
import type { OrderOwner } from "./orderer.ts";
import type { RemoteEnd, RemoteItem, RemoteItemNow, RemoteRequest } from "./remote-upload.ts";

export type NewRemoteRequest = Omit<RemoteRequest, "id" | "endedAt" | "folderId"> & {
  readonly folderId: Permitted<"folder.use", number>;
};
export type NewRemoteItem = Omit<RemoteItem, "requestId" | "accountId" | "end" | "trouble">;

export interface RemoteBounds {
  readonly requests: number;
  readonly bytes: number;
}

export interface RemoteUploadRepository {
  /** Creates the request with its addresses, in the given order; the database assigns the id. */
  create(request: NewRemoteRequest, items: readonly NewRemoteItem[]): Promise<number>;
  findRequest(id: number): Promise<RemoteRequest | undefined>;
  findItem(id: string): Promise<RemoteItem | undefined>;
  /** Newest first; `before` is the id of the last one of the previous page. */
  listRequests(owner: OrderOwner, page: { before: number | undefined; limit: number }): Promise<RemoteRequest[]>;
  /** Addresses of these requests in the order given, with their jobs. */
  listItems(requestIds: readonly number[]): Promise<RemoteItemNow[]>;
  /** Number of an account's addresses that have not ended, and the size of their requests. */
  countOpen(accountId: string): Promise<{ count: number; bytes: number }>;
  /**
   * Records the end of an address that has not ended, if `jobId` is still its job, and deletes its credentials; the
   * last one ends the request and deletes its headers. False if there was nothing to end.
   */
  end(id: string, jobId: string, end: RemoteEnd): Promise<boolean>;
  /** Records why an attempt at an address failed that will be retried. */
  note(id: string, jobId: string, trouble: FetchMessages): Promise<void>;
  /**
   * Restarts ended addresses on behalf of whoever asked for it now, each with its new job; the previous job is deleted.
   */
  reopen(
    requestId: Permitted<"remote.manage", number>,
    jobs: readonly { id: string; jobId: string }[],
    again: Pick<RemoteRequest, "sealedHeaders" | "apiKeyId" | "address">,
  ): Promise<void>;
  /** Also removes its addresses and their ended jobs. */
  remove(requestId: Permitted<"remote.manage", number>): Promise<void>;
  /**
   * Removes ended requests of an account with their jobs, oldest first, until the others are within the bounds; returns
   * how many.
   */
  removeOldestEnded(accountId: string, bounds: RemoteBounds): Promise<number>;
  removeEndedBefore(time: Date): Promise<number>;
  /** Removes a few requests of an account, in one transaction. @returns how many; 0 once there are none */
  removeSomeByAccount(id: RemovableAccountId): Promise<number>;
}
