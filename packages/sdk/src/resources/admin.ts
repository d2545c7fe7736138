import type { AdminUserChangeRequest } from "@consigne/contract";
import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { type AccountKey, toKey } from "./keys.ts";
import { fieldsOf, findInstant, findNumber, findText, flagOf, present, readFlag } from "./wire-values.ts";

type Plan = NonNullable<AdminUserChangeRequest["plan"]>;
/** The state of the server, as `consigne-server status` shows it. */
export type ServerState = Omit<CallAnswer<"adminShow">, "status">;
export type ServerLock = CallAnswer<"adminLockLs">["locks"][number];
export type ServerJob = CallAnswer<"adminJobLs">["jobs"][number];
export type ServerJobDetails = CallAnswer<"adminJobShow">["job"];
export type ServerSetting = CallAnswer<"adminSettings">["settings"][number];

/** A person whom an administrator invited. */
export interface Invitation {
  id: string;
  email: string;
  /** Of the new account, as the quota is. */
  plan: Plan;
  quotaBytes: number | undefined;
  /** Undefined: the operator. */
  invitedBy: string | undefined;
  state: CallAnswer<"adminInvitationLs">["invitations"][number]["state"];
  createdAt: Date | undefined;
  /** Undefined until the e-mail was sent. */
  mailedAt: Date | undefined;
  expiresAt: Date | undefined;
}

export interface NewInvitation {
  email: string;
  /** Default `unlimited`. */
  plan?: Plan | undefined;
  /** Undefined for the plan's quota. */
  quotaBytes?: number | undefined;
  /** Language of the e-mail. */
  language?: "en" | "fr" | undefined;
}

/** An account of the server. */
export interface ServerUser {
  id: string;
  email: string;
  plan: Plan;
  planEndsAt: Date | undefined;
  /** Of this account; undefined for the plan's quota. */
  quotaBytes: number | undefined;
  isAdministrator: boolean;
  isLocked: boolean;
  /** Set when its owner has deleted it: when it will be removed, unless it is unlocked first. */
  deletionAt: Date | undefined;
  fileCount: number;
  usedBytes: number;
  createdAt: Date | undefined;
}

/** An API key of any account. */
export interface UserKey extends AccountKey {
  /** When the server noticed that it had expired. */
  endedAt: Date | undefined;
  revokedAt: Date | undefined;
}

/** A key that an administrator revoked. */
export interface RevokedUserKey extends UserKey {
  /** Address of the account that it belongs to. */
  email: string;
  /** The keys it created, directly or through others, that worked until then; revoked too if that was requested. */
  createdKeys: UserKey[];
}

export interface UserChanges {
  isLocked?: boolean | undefined;
  plan?: Plan | undefined;
  /** `null` for never. */
  planEndsAt?: Date | null | undefined;
  /** `null` for the plan's quota. */
  quotaBytes?: number | null | undefined;
}

/**
 * The whole server, for administrators who are signed in: with a key, every method rejects with `AccessDeniedError`.
 * Changes need a password given within the last ten minutes. 1fichier.com has no such calls.
 */
export class Admin {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  async show(options: CallOptions = {}): Promise<ServerState> {
    const { status: _status, ...state } = await this.#caller.call("adminShow", {}, options);
    return state;
  }

  /** Oldest first, up to `limit` of them, at most 500. */
  async usersPage(
    { limit, cursor }: { limit?: number | undefined; cursor?: string | undefined } = {},
    options: CallOptions = {},
  ): Promise<{ users: ServerUser[]; next: string | undefined }> {
    const { users, next } = await this.#caller.call("adminUserLs", present({ limit, cursor }), options);
    return { users: users.map(toUser), next };
  }

  /** @throws {NotFoundError} there is no such account */
  async changeUser(email: string, changes: UserChanges, options: CallOptions = {}): Promise<ServerUser> {
    const { isLocked, plan, planEndsAt, quotaBytes } = changes;
    const body = present({
      email,
      plan,
      locked: flagOf(isLocked),
      plan_ends_at: planEndsAt === null ? "never" : planEndsAt?.toISOString(),
      quota_bytes: quotaBytes === null ? 0 : quotaBytes,
    });
    return toUser((await this.#caller.call("adminUserChange", body, options)).user);
  }

  /**
   * API keys of an account, oldest first, up to `limit` of them, at most 500; with the last 100 that have ended.
   * @throws {NotFoundError} there is no such account
   */
  async userKeysPage(
    email: string,
    { limit, cursor }: { limit?: number | undefined; cursor?: string | undefined } = {},
    options: CallOptions = {},
  ): Promise<{ keys: UserKey[]; next: string | undefined }> {
    const { keys, next } = await this.#caller.call("adminKeyLs", { email, ...present({ limit, cursor }) }, options);
    return { keys: keys.map(toUserKey), next };
  }

  /**
   * Revokes a key of any account at once, with the download links made with it. The keys it created keep working,
   * unless `withCreated` revokes them too.
   * @throws {NotFoundError} there is no such key
   */
  async revokeUserKey(
    id: string,
    { withCreated = false, ...options }: CallOptions & { withCreated?: boolean | undefined } = {},
  ): Promise<RevokedUserKey> {
    const body = withCreated ? ({ id, with_created: 1 } as const) : { id };
    const answer = await this.#caller.call("adminKeyRevoke", body, options);
    return { ...toUserKey(answer.key), email: answer.email, createdKeys: answer.created_keys.map(toUserKey) };
  }

  /** Newest first, up to `limit` of them, at most 500. */
  async invitationsPage(
    { limit, cursor }: { limit?: number | undefined; cursor?: string | undefined } = {},
    options: CallOptions = {},
  ): Promise<{ invitations: Invitation[]; next: string | undefined }> {
    const { invitations, next } = await this.#caller.call("adminInvitationLs", present({ limit, cursor }), options);
    return { invitations: invitations.map(toInvitation), next };
  }

  /**
   * E-mails somebody a link that is valid for a week and creates an account.
   * @returns with `outbox` if the server sends no e-mail and keeps the message in its data folder
   * @throws {BadRequestError} it is not an e-mail address
   * @throws {ConflictError} there is an account with that address
   * @throws {QuotaError} too many e-mails were requested
   */
  async invite(
    { email, plan, quotaBytes, language }: NewInvitation,
    options: CallOptions = {},
  ): Promise<{ invitation: Invitation; delivery: "mailed" | "outbox" }> {
    const body = present({ email, plan, quota_bytes: quotaBytes, language });
    return toInvited(await this.#caller.call("adminInvitationAdd", body, options));
  }

  /**
   * E-mails a new link; the previous one stops working.
   * @throws {NotFoundError} the invitation has ended
   */
  async inviteAgain(
    id: string,
    options: CallOptions = {},
  ): Promise<{ invitation: Invitation; delivery: "mailed" | "outbox" }> {
    return toInvited(await this.#caller.call("adminInvitationResend", { id }, options));
  }

  /** @throws {NotFoundError} it has ended */
  async revokeInvitation(id: string, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("adminInvitationRm", { id }, options);
  }

  /** Who is locked out. */
  async locks(options: CallOptions = {}): Promise<ServerLock[]> {
    return (await this.#caller.call("adminLockLs", {}, options)).locks;
  }

  /** @throws {NotFoundError} it has ended */
  async releaseLock(id: string, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("adminLockRelease", { id }, options);
  }

  /** Newest first, at most 500. */
  async jobs(
    { state }: { state?: ServerJob["state"] | undefined } = {},
    options: CallOptions = {},
  ): Promise<ServerJob[]> {
    return (await this.#caller.call("adminJobLs", present({ state }), options)).jobs;
  }

  /** @throws {NotFoundError} there is no such job, or it ended more than a week ago */
  async job(id: string, options: CallOptions = {}): Promise<ServerJobDetails> {
    return (await this.#caller.call("adminJobShow", { id }, options)).job;
  }

  /**
   * Starts a check of all stored data, or continues one that was interrupted; `show` reports its progress.
   * @returns false if a check is already in progress
   */
  async checkStorage(options: CallOptions = {}): Promise<boolean> {
    return readFlag((await this.#caller.call("adminStorageCheck", {}, options)).is_started);
  }

  /** The settings of the running server. */
  async settings(options: CallOptions = {}): Promise<ServerSetting[]> {
    return (await this.#caller.call("adminSettings", {}, options)).settings;
  }

  /** Runs a dead or cancelled job again, or a delayed one now. @returns why nothing was done; undefined if it was */
  async retryJob(id: string, options: CallOptions = {}): Promise<string | undefined> {
    return whyNot(await this.#caller.call("adminJobRetry", { id }, options));
  }

  /** @returns why nothing was done; undefined if it was */
  async cancelJob(id: string, options: CallOptions = {}): Promise<string | undefined> {
    return whyNot(await this.#caller.call("adminJobCancel", { id }, options));
  }
}

const whyNot = (answer: CallAnswer<"adminJobRetry">): string | undefined =>
  readFlag(answer.is_done) ? undefined : answer.message;

function toUser(raw: CallAnswer<"adminUserLs">["users"][number]): ServerUser {
  return {
    id: raw.id,
    email: raw.email,
    plan: raw.plan,
    planEndsAt: findInstant(findText(raw.plan_ends_at)),
    quotaBytes: findNumber(raw.quota_bytes),
    isAdministrator: readFlag(raw.is_administrator),
    isLocked: readFlag(raw.is_locked),
    deletionAt: findInstant(findText(raw.deletion_at)),
    fileCount: raw.files,
    usedBytes: raw.used_bytes,
    createdAt: findInstant(raw.created_at),
  };
}

const toUserKey = (raw: CallAnswer<"adminKeyLs">["keys"][number]): UserKey => ({
  ...toKey(fieldsOf(raw)),
  endedAt: findInstant(findText(raw.ended_at)),
  revokedAt: findInstant(findText(raw.revoked_at)),
});

const toInvited = ({ invitation, delivery }: CallAnswer<"adminInvitationAdd">) => ({
  invitation: toInvitation(invitation),
  delivery,
});

function toInvitation(raw: CallAnswer<"adminInvitationLs">["invitations"][number]): Invitation {
  return {
    id: raw.id,
    email: raw.email,
    plan: raw.plan,
    quotaBytes: findNumber(raw.quota_bytes),
    invitedBy: findText(raw.invited_by),
    state: raw.state,
    createdAt: findInstant(raw.created_at),
    mailedAt: findInstant(findText(raw.mailed_at)),
    expiresAt: findInstant(raw.expires_at),
  };
}
