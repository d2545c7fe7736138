import type { Job } from "../jobs/job.ts";
import type { FetchMessages } from "./fetch-message.ts";
import type { FetchOrder } from "./orderer.ts";

/** What a caller asked the server to fetch with one call. */
export interface RemoteRequest extends FetchOrder {
  /** A number, as the 1fichier.com API requires; never reused. */
  readonly id: number;
  /** Headers for the sources; deleted as soon as nothing needs them. */
  readonly sealedHeaders: string | undefined;
  /** Its size with its addresses, and with its headers as long as they are kept. */
  readonly sizeBytes: number;
}

/** One URL of a request. */
export interface RemoteItem {
  readonly id: string;
  readonly requestId: number;
  readonly accountId: string;
  readonly jobId: string;
  /** In a form that may be shown: without credentials. */
  readonly url: string;
  /** The address itself, if it contains credentials; deleted when the job has ended. */
  readonly sealedUrl: string | undefined;
  /** Without `sealedUrl` it cannot be fetched again. */
  readonly hasCredentials: boolean;
  /** Why the last attempt failed, if another one will follow; otherwise empty. */
  readonly trouble: FetchMessages;
  readonly end: RemoteEnd | undefined;
}

export type RemoteEnd =
  | {
      readonly state: "done";
      readonly at: Date;
      readonly fileId: string;
      readonly fileName: string;
      readonly sizeBytes: number;
      readonly messages: FetchMessages;
    }
  | { readonly state: "failed" | "cancelled"; readonly at: Date; readonly messages: FetchMessages };

export type RemoteState = "waiting" | "running" | RemoteEnd["state"];

/** An address with the job that fetches it, if that still exists. */
export interface RemoteItemNow {
  readonly item: RemoteItem;
  readonly job: Pick<Job, "state" | "attempts" | "progress" | "runAt"> | undefined;
}

export function remoteStateOf({ item, job }: RemoteItemNow): RemoteState {
  return item.end?.state ?? (job?.state === "running" ? "running" : "waiting");
}

export const REMOTE_UPLOAD = "remote-upload";
export const MOST_REMOTE_URLS = 100;
export const LONGEST_SOURCE_URL = 8192;
