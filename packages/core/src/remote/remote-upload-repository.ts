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
  /** The request with its addresses, in the order given; the id is the engine's. */
  create(request: NewRemoteRequest, items: readonly NewRemoteItem[]): Promise<number>;
  findRequest(id: number): Promise<RemoteRequest | undefined>;
  findItem(id: string): Promise<RemoteItem | undefined>;
  /** Newest first; `before` is the id of the last one of the page before. */
  listRequests(owner: OrderOwner, page: { before: number | undefined; limit: number }): Promise<RemoteRequest[]>;
  /** Addresses of these requests in the order they were given, with their jobs. */
  listItems(requestIds: readonly number[]): Promise<RemoteItemNow[]>;
  /** Addresses of an account that have not ended, and the bytes that their requests take. */
  countOpen(accountId: string): Promise<{ count: number; bytes: number }>;
  /**
   * Notes the end of an address that has not ended, if `jobId` is still its job, and forgets its credentials; with the last
   * one the request has ended, and its headers go too. False when there was nothing to end.
   */
  end(id: string, jobId: string, end: RemoteEnd): Promise<boolean>;
  /** Notes why an attempt at an address failed that is going to be tried again. */
  note(id: string, jobId: string, trouble: FetchMessages): Promise<void>;
  /** Begins ended addresses anew on behalf of whoever asked for it now, each with its new job; the one before is forgotten. */
  reopen(
    requestId: Permitted<"remote.manage", number>,
    jobs: readonly { id: string; jobId: string }[],
    again: Pick<RemoteRequest, "sealedHeaders" | "apiKeyId" | "address">,
  ): Promise<void>;
  /** With its addresses and their ended jobs. */
  remove(requestId: Permitted<"remote.manage", number>): Promise<void>;
  /** Removes ended requests of an account with their jobs, the oldest first, until the others keep within the bounds; returns how many. */
  removeOldestEnded(accountId: string, bounds: RemoteBounds): Promise<number>;
  removeEndedBefore(time: Date): Promise<number>;
  /** A few requests of an account, in one transaction. @returns how many; 0 once it has none */
  removeSomeByAccount(id: RemovableAccountId): Promise<number>;
}
