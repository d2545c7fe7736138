import type { Job, JobOutcome, JobTimes, NewJob } from "@consigne/core";
import type { ExpressionBuilder, Insertable, Selectable, Updateable } from "kysely";
import { parseJson, toDate, toDateOrUndefined, toInstant } from "../columns.ts";
import type { JobsTable, Tables } from "../tables.ts";

type OfJobs = ExpressionBuilder<Tables, "jobs">;

export const isDue =
  ({ now, latestRetry }: JobTimes) =>
  ({ and, eb, or }: OfJobs) =>
    or([eb("run_at", "<=", toInstant(now)), and([eb("run_at", ">", toInstant(latestRetry)), eb("attempts", ">", 0)])]);

export const isOverdue =
  ({ now, latestLease }: JobTimes) =>
  ({ eb, or }: OfJobs) =>
    or([eb("lease_ends_at", "<=", toInstant(now)), eb("lease_ends_at", ">", toInstant(latestLease))]);

export const unclaimed = { claim_id: null, worker: null, lease_ends_at: null };

export function columnsOf(outcome: JobOutcome): Updateable<JobsTable> {
  switch (outcome.state) {
    case "delayed":
      return { state: "delayed", run_at: toInstant(outcome.runAt), last_error: outcome.error };
    case "ready":
      return { state: "ready" };
    case "dead":
      return { state: "dead", ended_at: toInstant(outcome.at), last_error: outcome.error };
    default:
      return { state: outcome.state, ended_at: toInstant(outcome.at), last_error: null };
  }
}

/** For a job that nobody has claimed yet; it gets its turn when it becomes ready. */
export function columnsOfNew(job: NewJob): Insertable<JobsTable> {
  return {
    id: job.id,
    kind: job.kind,
    payload: JSON.stringify(job.payload),
    account_id: job.accountId ?? null,
    unique_key: job.uniqueKey ?? null,
    lane: job.lane ?? null,
    priority: job.priority,
    turn: null,
    state: job.runAt <= job.createdAt ? "ready" : "delayed",
    run_at: toInstant(job.runAt),
    attempts: 0,
    max_attempts: job.maxAttempts,
    is_cancel_requested: 0,
    created_at: toInstant(job.createdAt),
  };
}

export function toJob(row: Selectable<JobsTable>): Job {
  const { claim_id: claimId, worker, lease_ends_at: leaseEndsAt } = row;
  return {
    id: row.id,
    kind: row.kind,
    payload: parseJson<Job["payload"]>(row.payload),
    accountId: row.account_id ?? undefined,
    uniqueKey: row.unique_key ?? undefined,
    lane: row.lane ?? undefined,
    priority: row.priority,
    state: row.state,
    runAt: toDate(row.run_at),
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    progress:
      row.progress_done === null ? undefined : { done: row.progress_done, total: row.progress_total ?? undefined },
    lastError: row.last_error ?? undefined,
    isCancelRequested: row.is_cancel_requested === 1,
    claim:
      claimId === null || worker === null || leaseEndsAt === null
        ? undefined
        : { id: claimId, worker, leaseEndsAt: toDate(leaseEndsAt) },
    createdAt: toDate(row.created_at),
    startedAt: toDateOrUndefined(row.started_at),
    endedAt: toDateOrUndefined(row.ended_at),
  };
}
