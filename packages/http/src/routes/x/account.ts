import { type AccountShowResponse, endpoints, toInstantText } from "@consigne/contract";
import {
  type Account,
  type AccountActor,
  type AccountUsage,
  type Actor,
  can,
  type EdgeServices,
  isDomainError,
  isOver,
  planInForce,
  proofEndsAt,
  WeakPasswordError,
} from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callingAccount } from "../../wire/calling-account.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { exportCursorText, readExportCursor, wireRecord } from "../../wire/wire-export.ts";

const MOST_RECORDS = 500;

type Services = Pick<
  EdgeServices,
  | "accountDeletion"
  | "accountExport"
  | "accountRemoval"
  | "accounts"
  | "addressChange"
  | "admission"
  | "keys"
  | "passwordReset"
  | "sessions"
  | "trash"
  | "versions"
>;

/** `/x/v1/account`: what people see of their own account, and changes to what proves its ownership. */
export function addAccount(json: JsonEndpoints, services: Services, { clock }: EdgeSettings): void {
  json.add({
    endpoint: endpoints.accountShow,
    handle: async ({ actor }) => {
      const caller = callingAccount(actor);
      const usage = await services.accounts.getUsage(caller.account);
      return accountShown(caller, { usage, settings: settingsShown(services, caller.account) }, clock.now());
    },
  });
  json.add({
    endpoint: endpoints.accountChange,
    handle: async ({ actor, input }) => {
      const { default_domain: defaultDomain, download_menu: menu } = input;
      const changes = {
        ...(defaultDomain === undefined ? {} : { defaultDomain }),
        ...(menu === undefined ? {} : { showsDownloadMenu: menu === 1 }),
      };
      const account = await services.accounts.updateSettings(callingAccount(actor), changes);
      return { status: "OK" as const, settings: settingsShown(services, account) };
    },
  });
  json.add({
    endpoint: endpoints.accountVerify,
    handle: async ({ actor, input, gone }) => {
      const proved = await prove(services, callingAccount(actor), input.password, gone());
      return { status: "OK" as const, verified_until: toInstantText(proofEndsAt(proved) ?? clock.now()) };
    },
  });
  json.add({
    endpoint: endpoints.accountPassword,
    handle: async ({ actor, input, gone }) => {
      const { account } = callingAccount(actor);
      const options = { signal: gone(), ...(input.language === undefined ? {} : { language: input.language }) };
      try {
        await services.accounts.setPassword(actor, account, input.new_password, options);
      } catch (error) {
        if (error instanceof WeakPasswordError) throw new RequestError("weakPassword", error.message);
        throw error;
      }
      const keys = await (await services.keys.list(actor, account)).all();
      const active = keys.filter((key) => key.revokedAt === undefined && !isOver(key, clock.now()));
      return { status: "OK" as const, active_keys: active.length };
    },
  });
  json.add({
    endpoint: endpoints.accountEmail,
    handle: async ({ actor, input }) => {
      const caller = callingAccount(actor);
      try {
        await services.addressChange.request(caller, input.email.trim(), input.language ?? "en");
      } catch (error) {
        if (isDomainError(error, "bad-argument")) throw new RequestError("badEmail", error.message);
        if (isDomainError(error, "too-busy")) throw new RequestError("tooManyEmails", error.message);
        throw error;
      }
      const isOutbox = services.passwordReset.mailPlace.kind === "folder";
      return { status: "OK" as const, delivery: isOutbox ? ("outbox" as const) : ("mailed" as const) };
    },
  });
  addDeletion(json, services);
  addExport(json, services);
}

function addExport(json: JsonEndpoints, { accountExport }: Pick<Services, "accountExport">): void {
  json.add({
    endpoint: endpoints.accountExport,
    handle: async ({ actor, caller, input: { cursor, limit = MOST_RECORDS } }) => {
      const who = callingAccount(actor);
      const at = cursor === undefined ? undefined : readExportCursor(cursor);
      const { records, next } = await accountExport.page(who, at, limit);
      return {
        status: "OK" as const,
        records: records.map((record) => wireRecord(caller.face, record, who.account.id)),
        ...(next === undefined ? {} : { next: exportCursorText(next) }),
      };
    },
  });
}

function addDeletion(
  json: JsonEndpoints,
  { accountDeletion, accountRemoval }: Pick<Services, "accountDeletion" | "accountRemoval">,
): void {
  json.add({
    endpoint: endpoints.accountContents,
    handle: async ({ actor }) => {
      const held = await accountRemoval.getHoldings(actor, callingAccount(actor).account);
      return {
        status: "OK" as const,
        files: held.fileCount,
        bytes: held.sizeBytes,
        folders: held.folderCount,
        shared_folders: held.shareCount,
        keys: held.keyCount,
      };
    },
  });
  json.add({
    endpoint: endpoints.accountDelete,
    handle: async ({ actor, input }) => {
      const caller = callingAccount(actor);
      const removesAt = await accountDeletion.request(caller, input.email, input.language);
      return { status: "OK" as const, deletion_at: toInstantText(removesAt) };
    },
  });
}

function accountShown(
  caller: AccountActor,
  { usage, settings }: { usage: AccountUsage; settings: AccountShowResponse["settings"] },
  now: Date,
): AccountShowResponse {
  const { account, session } = caller;
  const { id: plan, storageQuotaBytes } = planInForce(account, now);
  const provedUntil = proofEndsAt(caller);
  return {
    status: "OK",
    email: account.email,
    created_at: toInstantText(account.createdAt),
    plan,
    ...(account.planEndsAt === undefined ? {} : { plan_ends_at: toInstantText(account.planEndsAt) }),
    files: usage.fileCount,
    used_bytes: usage.countedBytes,
    trash_bytes: usage.trashBytes,
    version_bytes: usage.versionBytes,
    ...(storageQuotaBytes === undefined ? {} : { quota_bytes: storageQuotaBytes }),
    settings,
    may_administer: mayAdminister(caller, now) ? 1 : 0,
    ...(session === undefined || provedUntil === undefined
      ? {}
      : { session: { id: session.id, verified_until: toInstantText(provedUntil) } }),
  };
}

function settingsShown(
  { trash, versions }: Pick<Services, "trash" | "versions">,
  account: Account,
): AccountShowResponse["settings"] {
  return {
    default_domain: account.settings.defaultDomain,
    download_menu: account.settings.showsDownloadMenu ? 1 : 0,
    trash_days: trash.daysOf(account),
    version_days: versions.daysOf(account),
  };
}

const mayAdminister = (actor: Actor, now: Date): boolean =>
  can(actor, { action: "server.manage" }, { now, linkPassword: "not-needed" }).isAllowed;

/** A wrong password is a guess, and says nothing about the session: the caller stays signed in. */
async function prove(
  { admission, sessions }: Pick<Services, "admission" | "sessions">,
  caller: AccountActor,
  password: string,
  signal: AbortSignal,
): Promise<AccountActor> {
  if (caller.session === undefined)
    throw new RequestError("resourceNotAllowed", "This needs a sign-in; API keys cannot do it.");
  try {
    return await sessions.prove(caller, await admission.proveAgain(caller, password, signal));
  } catch (error) {
    if (isDomainError(error, "unknown-credentials")) throw new RequestError("invalidPassword", error.message);
    throw error;
  }
}
