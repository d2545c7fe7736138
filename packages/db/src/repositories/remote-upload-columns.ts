import type { RemoteEnd, RemoteItem, RemoteItemNow, RemoteRequest } from "@consigne/core";
import type { Selectable, Updateable } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { JobsTable, RemoteItemsTable, RemoteRequestsTable } from "../tables.ts";
import { messageColumns, toMessages, toOrder } from "./order-columns.ts";

export function toRemoteRequest(row: Selectable<RemoteRequestsTable>): RemoteRequest {
  return {
    ...toOrder(row),
    id: row.id,
    sealedHeaders: row.sealed_headers ?? undefined,
    sizeBytes: row.size_bytes,
  };
}

export function toRemoteItem(row: Selectable<RemoteItemsTable>): RemoteItem {
  const end = endOf(row);
  return {
    id: row.id,
    requestId: row.request_id,
    accountId: row.account_id,
    jobId: row.job_id,
    url: row.url,
    sealedUrl: row.sealed_url ?? undefined,
    hasCredentials: row.has_credentials === 1,
    trouble: end === undefined ? toMessages(row) : [],
    end,
  };
}

function endOf(row: Selectable<RemoteItemsTable>): RemoteEnd | undefined {
  const { state } = row;
  if (state === "open" || row.ended_at === null) return undefined;
  const at = toDate(row.ended_at);
  const messages = toMessages(row);
  if (state !== "done") return { state, at, messages };
  const { file_id: fileId, file_name: fileName, file_bytes: sizeBytes } = row;
  return { state, at, messages, fileId: fileId ?? "", fileName: fileName ?? "", sizeBytes: sizeBytes ?? 0 };
}

export function endColumns(end: RemoteEnd): Updateable<RemoteItemsTable> {
  const ended = { state: end.state, ...messageColumns(end.messages), ended_at: toInstant(end.at) };
  if (end.state !== "done") return ended;
  return { ...ended, file_id: end.fileId, file_name: end.fileName, file_bytes: end.sizeBytes };
}

interface JoinedJob {
  job_state: JobsTable["state"] | null;
  job_attempts: number | null;
  job_run_at: number | null;
  job_done: number | null;
  job_total: number | null;
}

export function toJobNow(row: JoinedJob): RemoteItemNow["job"] {
  if (row.job_state === null || row.job_run_at === null) return undefined;
  return {
    state: row.job_state,
    attempts: row.job_attempts ?? 0,
    runAt: toDate(row.job_run_at),
    progress: row.job_done === null ? undefined : { done: row.job_done, total: row.job_total ?? undefined },
  };
}
