import { type CivilTimes, endpoints, type UserInfoRequest, type UserInfoResponse } from "@consigne/contract";
import {
  type Account,
  type AccountSettings,
  can,
  type EdgeServices,
  planInForce,
  requireAllowed,
} from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callingAccount } from "../../wire/calling-account.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";

/** Shown for plans that never end: JDownloader considers an account free unless its subscription ends in the future. */
const NEVER = "2099-12-31 23:59:59";
/** Shown for a plan without a quota; an exact integer in every client's number type. */
const UNLIMITED_BYTES = 1_000_000_000_000_000;

const flagNames = {
  ftp_mode: "takesFtpInByHand",
  ftp_report: "mailsFtpReport",
  ru_report: "mailsRemoteUploadReport",
  default_port: "usesPlainHttp",
  default_port_files: "usesPlainHttpForFiles",
  use_cdn: "usesCdn",
  download_menu: "showsDownloadMenu",
} as const satisfies Partial<Record<keyof UserInfoRequest, keyof AccountSettings>>;

const numberNames = {
  default_domain: "defaultDomain",
  page_limit: "pageLimit",
} as const satisfies Partial<Record<keyof UserInfoRequest, keyof AccountSettings>>;

export function addUserInfo(
  json: JsonEndpoints,
  services: Pick<EdgeServices, "accounts">,
  settings: EdgeSettings,
): void {
  json.add({
    endpoint: endpoints.userInfo,
    handle: async ({ actor, input, times }) => {
      const now = settings.clock.now();
      const changes = changesOf(input);
      let { account } = callingAccount(actor);
      if (Object.keys(changes).length > 0) {
        const question = { action: "api.use", area: "account", right: "write", isForCustomers: false } as const;
        requireAllowed(can(actor, question, { now, linkPassword: "not-needed" }));
        account = await services.accounts.updateSettings(callingAccount(actor), changes);
      }
      return userInfo(account, (await services.accounts.getUsage(account)).countedBytes, { now, times });
    },
  });
}

function changesOf(input: UserInfoRequest): Partial<AccountSettings> {
  const flags = given(flagNames, input).map(([name, value]) => [name, value === 1] as const);
  const { ftp_did: folderId } = input;
  return {
    ...Object.fromEntries(flags),
    ...Object.fromEntries(given(numberNames, input)),
    ...(folderId === undefined ? {} : { ftpFolderId: folderId === 0 ? undefined : folderId }),
  };
}

function given<WireName extends keyof UserInfoRequest, Name>(names: Record<WireName, Name>, input: UserInfoRequest) {
  return Object.entries<Name>(names).flatMap(([wireName, name]) => {
    const value = input[wireName as WireName];
    return value === undefined ? [] : [[name, value] as const];
  });
}

const flagText = (claim: boolean): string => (claim ? "1" : "0");

/**
 * rclone determines which values are strings: its decoder fails `rclone about` for any other type. It shows
 * `available_cold_storage` as the total, so that is its value.
 */
function userInfo(
  account: Account,
  usedBytes: number,
  { now, times }: { now: Date; times: CivilTimes },
): UserInfoResponse {
  const plan = planInForce(account, now);
  const quotaBytes = plan.storageQuotaBytes ?? UNLIMITED_BYTES;
  const { settings } = account;
  const ends = account.planEndsAt === undefined ? NEVER : times.toWire(account.planEndsAt);
  return {
    status: "OK" as const,
    email: account.email,
    offer: String(plan.offer),
    "2fa": "0",
    mail_rm: flagText(settings.mailsBeforeRemoval),
    ftp_mode: flagText(settings.takesFtpInByHand),
    ftp_did: settings.ftpFolderId ?? 0,
    ftp_report: flagText(settings.mailsFtpReport),
    ru_report: flagText(settings.mailsRemoteUploadReport),
    default_domain: settings.defaultDomain,
    page_limit: settings.pageLimit,
    default_port: flagText(settings.usesPlainHttp),
    default_port_files: flagText(settings.usesPlainHttpForFiles),
    cdn: "0",
    download_menu: flagText(settings.showsDownloadMenu),
    use_cdn: flagText(settings.usesCdn),
    subscription_end: ends,
    default_quota: quotaBytes,
    default_cold_storage_quota: quotaBytes,
    hot_storage: 0,
    cold_storage: usedBytes,
    stats_date: times.toWire(now),
    allowed_cold_storage: quotaBytes,
    available_storage: Math.max(0, quotaBytes - usedBytes),
    available_cold_storage: quotaBytes,
    overquota: usedBytes > quotaBytes ? 1 : 0,
    upload_forbidden: "0",
  };
}
