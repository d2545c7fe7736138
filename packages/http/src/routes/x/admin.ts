import {
  type AdminJobLsResponse,
  type AdminJobShowResponse,
  type AdminShowResponse,
  type AdminUserLsResponse,
  endpoints,
  floodErrorOf,
  instantIn,
  toInstantText,
  wireErrors,
} from "@consigne/contract";
import {
  type Account,
  type AccountActor,
  attentionEnglish,
  type EdgeServices,
  isDomainError,
  type Job,
  type JobChange,
  type ServerStatus,
} from "@consigne/core";
import { callingAccount } from "../../wire/calling-account.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { nextOf, positionIn } from "../../wire/time-cursor.ts";
import { wireStorage } from "./storage-state.ts";

const MOST_ROWS = 500;

type Services = Pick<EdgeServices, "accounts" | "jobs" | "locks" | "scrubRequests" | "status">;

/** `/x/v1/admin`: what `consigne-server` shows and changes, for administrators who signed in. */
export function addAdmin(json: JsonEndpoints, services: Services): void {
  const { accounts, status } = services;
  json.add({
    endpoint: endpoints.adminShow,
    handle: async ({ actor }) => shownStatus(await status.read(actor)),
  });
  json.add({
    endpoint: endpoints.adminUserLs,
    handle: async ({ actor, input: { limit = MOST_ROWS, cursor } }) => {
      const found = await accounts.page(actor, cursor === undefined ? undefined : positionIn(cursor), limit + 1);
      return {
        status: "OK" as const,
        users: await Promise.all(found.slice(0, limit).map((account) => wireUser(services, account))),
        ...nextOf(found, limit),
      };
    },
  });
  json.add({
    endpoint: endpoints.adminUserChange,
    handle: async ({ actor, input }) => {
      const caller = callingAccount(actor);
      const account = await userBy(services, caller, input.email);
      const { locked, plan, plan_ends_at: end, quota_bytes: quota } = input;
      if ([locked, plan, quota].every((value) => value === undefined))
        throw new RequestError("badRequest", "Give at least one thing to change.");
      if (end !== undefined && plan === undefined)
        throw new RequestError("badRequest", "plan_ends_at needs plan, too.");
      const endsAt = end === undefined || end === "never" ? undefined : instantIn(end);
      await accounts.administer(caller, account, {
        ...(plan === undefined ? {} : { plan: { id: plan, endsAt } }),
        ...(quota === undefined ? {} : { quotaBytes: quota === 0 ? "of-plan" : quota }),
        ...(locked === undefined ? {} : { isLocked: locked === 1 }),
      });
      return { status: "OK" as const, user: await wireUser(services, await userBy(services, caller, input.email)) };
    },
  });
  json.add({
    endpoint: endpoints.adminSettings,
    handle: async ({ actor }) => ({
      status: "OK" as const,
      settings: status.settings(actor).map(({ name, value, origin, isSecret }) => ({
        name,
        ...(value === undefined ? {} : { value }),
        origin,
        is_secret: isSecret ? (1 as const) : (0 as const),
      })),
    }),
  });
  addLocks(json, services);
  addJobs(json, services);
  addStorageCheck(json, services);
}

function addLocks(json: JsonEndpoints, { locks }: Pick<Services, "locks">): void {
  json.add({
    endpoint: endpoints.adminLockLs,
    handle: async ({ actor, reader }) => {
      const found = await (await locks.listActive(actor, reader())).atMost(MOST_ROWS);
      const listed = found.map(({ id, kind, subject, email, keyName, reason, lockedAt, lockedUntil }) => ({
        id,
        kind,
        subject,
        ...(email === undefined ? {} : { email }),
        ...(keyName === undefined ? {} : { key_name: keyName }),
        number: wireErrors[floodErrorOf(kind, reason)].number,
        locked_at: toInstantText(lockedAt),
        locked_until: toInstantText(lockedUntil),
      }));
      return { status: "OK" as const, locks: listed };
    },
  });
  json.add({
    endpoint: endpoints.adminLockRelease,
    handle: async ({ actor, input }) => {
      if (await locks.release(actor, input.id)) return { status: "OK" as const };
      throw new RequestError("resourceNotFound", "There is no such lock in force.");
    },
  });
}

function addJobs(json: JsonEndpoints, { jobs }: Pick<Services, "jobs">): void {
  json.add({
    endpoint: endpoints.adminJobLs,
    handle: async ({ actor, input: { state, limit = MOST_ROWS } }) => {
      const found = await jobs.list(actor, { ...(state === undefined ? {} : { states: [state] }), limit });
      return { status: "OK" as const, jobs: found.map(wireJob) };
    },
  });
  json.add({
    endpoint: endpoints.adminJobShow,
    handle: async ({ actor, input }) => {
      const job = await jobs.find(actor, input.id);
      if (job === undefined) throw new RequestError("resourceNotFound", "There is no such job.");
      return { status: "OK" as const, job: wireJobDetails(job) };
    },
  });
  json.add({
    endpoint: endpoints.adminJobRetry,
    handle: async ({ actor, input }) => wireChange(await jobs.retry(actor, input.id)),
  });
  json.add({
    endpoint: endpoints.adminJobCancel,
    handle: async ({ actor, input }) => wireChange(await jobs.cancel(actor, input.id)),
  });
}

function addStorageCheck(json: JsonEndpoints, { scrubRequests }: Pick<Services, "scrubRequests">): void {
  json.add({
    endpoint: endpoints.adminStorageCheck,
    handle: async ({ actor }) => ({
      status: "OK" as const,
      is_started: (await scrubRequests.start(actor)) ? (1 as const) : (0 as const),
    }),
  });
}

function wireChange({ before, isDone, instead }: JobChange) {
  if (before === undefined) throw new RequestError("resourceNotFound", "There is no such job.");
  const why = instead ?? `The job is ${before.state}, or another one for the same thing is in progress.`;
  return { status: "OK" as const, is_done: isDone ? (1 as const) : (0 as const), message: isDone ? "" : why };
}

export async function userBy(
  { accounts }: Pick<Services, "accounts">,
  caller: AccountActor,
  email: string,
): Promise<Account> {
  try {
    return await accounts.getByEmail(caller, email);
  } catch (error) {
    if (isDomainError(error, "bad-argument")) throw new RequestError("resourceNotFound", error.message);
    throw error;
  }
}

async function wireUser(
  { accounts }: Pick<Services, "accounts">,
  account: Account,
): Promise<AdminUserLsResponse["users"][number]> {
  const { fileCount, sizeBytes } = await accounts.getUsage(account);
  const { planEndsAt, quotaBytes, removesAt } = account;
  return {
    id: account.id,
    email: account.email,
    plan: account.planId,
    ...(planEndsAt === undefined ? {} : { plan_ends_at: toInstantText(planEndsAt) }),
    ...(quotaBytes === undefined ? {} : { quota_bytes: quotaBytes }),
    is_administrator: account.isAdmin ? 1 : 0,
    is_locked: account.isLocked ? 1 : 0,
    ...(removesAt === undefined ? {} : { deletion_at: toInstantText(removesAt) }),
    files: fileCount,
    used_bytes: sizeBytes,
    created_at: toInstantText(account.createdAt),
  };
}

/** A job's payload may contain URLs with passwords, so it is not shown. */
function wireJob(job: Job): AdminJobLsResponse["jobs"][number] {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    attempts: job.attempts,
    max_attempts: job.maxAttempts,
    ...(job.lastError === undefined ? {} : { last_error: job.lastError }),
    requested_at: toInstantText(job.createdAt),
    ...(job.endedAt === undefined ? {} : { ended_at: toInstantText(job.endedAt) }),
  };
}

function wireJobDetails(job: Job): AdminJobShowResponse["job"] {
  const { accountId, progress, claim, startedAt } = job;
  return {
    ...wireJob(job),
    ...(accountId === undefined ? {} : { account_id: accountId }),
    priority: job.priority,
    ...(progress === undefined
      ? {}
      : { progress: { done: progress.done, ...(progress.total === undefined ? {} : { total: progress.total }) } }),
    ...(claim === undefined ? {} : { worker: claim.worker }),
    is_cancel_requested: job.isCancelRequested ? 1 : 0,
    not_before: toInstantText(job.runAt),
    ...(startedAt === undefined ? {} : { started_at: toInstantText(startedAt) }),
  };
}

function shownStatus(state: ServerStatus): AdminShowResponse {
  const { server, space, days, jobs, locks, attention } = state;
  return {
    status: "OK",
    attention: attention.map((code) => ({ code, text: attentionEnglish[code] })),
    version: server?.version ?? "",
    ...(server?.startedAt === undefined ? {} : { started_at: toInstantText(new Date(server.startedAt)) }),
    uploads: server?.uploads ?? 0,
    downloads: server?.downloads ?? 0,
    errors: (server?.errors ?? []).map(({ at, text }) => ({ at: toInstantText(new Date(at)), text })),
    ...(space === undefined
      ? {}
      : {
          space: {
            ...(space.freeBytes === undefined ? {} : { free_bytes: space.freeBytes }),
            ...(space.totalBytes === undefined ? {} : { total_bytes: space.totalBytes }),
            reserve_bytes: space.reserveBytes,
          },
        }),
    days: days.map(({ day, holdings, ...counts }) => ({
      day,
      uploads: counts.uploads,
      uploaded_bytes: counts.uploadedBytes,
      downloads: counts.downloads,
      downloaded_bytes: counts.downloadedBytes,
      ...(holdings === undefined
        ? {}
        : { accounts: holdings.accounts, files: holdings.files, stored_bytes: holdings.storedBytes }),
    })),
    jobs: { waiting: jobs.waiting, running: jobs.running, dead: jobs.dead },
    locks: locks.locks,
    bans: locks.bans,
    storage: wireStorage(state),
  };
}
