import { findNumber, findText, readList, readNumber, readText } from "./wire-values.ts";

export type RemoteUploadState = "waiting" | "running" | "done" | "failed" | "cancelled";

/** One URL of a request. */
export interface RemoteUploadItem {
  id: string;
  /** Without user name and password. */
  sourceUrl: string;
  /** `waiting` also between two attempts. */
  state: RemoteUploadState;
  attempts: number;
  receivedBytes: number | undefined;
  /** Size of the whole file; undefined while unknown. */
  sizeBytes: number | undefined;
  nextAttemptAt: Date | undefined;
  endedAt: Date | undefined;
  /** Link of the file. */
  url: string | undefined;
  name: string | undefined;
  message: string | undefined;
  /** It had a user name or password, which is not kept, so it cannot be retried. */
  hasCredentials: boolean;
}

/** A request with the progress of its URLs. Consigne servers only. */
export interface RemoteUploadProgress {
  id: number;
  requestedAt: Date | undefined;
  /** Undefined until the last of its URLs has ended. */
  endedAt: Date | undefined;
  folderId: number;
  items: RemoteUploadItem[];
  raw: Readonly<Record<string, unknown>>;
}

export function toProgress(raw: Record<string, unknown>): RemoteUploadProgress {
  return {
    id: readNumber(raw["id"]),
    requestedAt: instantOf(raw["requested_at"]),
    endedAt: instantOf(raw["ended_at"]),
    folderId: readNumber(raw["folder_id"]),
    items: readList(raw["items"]).map(toItem),
    raw,
  };
}

function toItem(raw: Record<string, unknown>): RemoteUploadItem {
  return {
    id: readText(raw["id"]),
    sourceUrl: readText(raw["url"]),
    state: stateOf(findText(raw["state"])),
    attempts: findNumber(raw["attempts"]) ?? 0,
    receivedBytes: findNumber(raw["received"]),
    sizeBytes: findNumber(raw["size"]),
    nextAttemptAt: instantOf(raw["next_attempt_at"]),
    endedAt: instantOf(raw["ended_at"]),
    url: findText(raw["link"]),
    name: findText(raw["filename"]),
    message: findText(raw["message"]),
    hasCredentials: findNumber(raw["has_credentials"]) === 1,
  };
}

const states: readonly RemoteUploadState[] = ["waiting", "running", "done", "failed", "cancelled"];

const stateOf = (text: string | undefined): RemoteUploadState => states.find((state) => state === text) ?? "waiting";

function instantOf(value: unknown): Date | undefined {
  const date = new Date(findText(value) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
