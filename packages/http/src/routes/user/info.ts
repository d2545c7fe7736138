import { type CivilTimes, endpoints, type UserInfoRequest, type UserInfoResponse } from "@consigne/contract";
import {
  type Account,
  type AccountSettings,
  can,
  isAccountActor,
  planInForce,
  requireAllowed,
  type DoorServices,
} from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";

/** Ends no plan: JDownloader takes an account whose subscription does not end in the future for a free one. */
const NEVER = "2099-12-31 23:59:59";
/** Shown for a plan without a quota; an exact integer for every client's number type. */
const UNLIMITED_BYTES = 1_000_000_000_000_000;

const settingNames = {
  ftp_mode: "ftpMode",
  ftp_did: "ftpFolderId",
  ftp_report: "ftpReport",
  ru_report: "remoteUploadReport",
  default_domain: "defaultDomain",
  page_limit: "pageLimit",
  default_port: "defaultPort",
  default_port_files: "defaultPortFiles",
  use_cdn: "useCdn",
  download_menu: "downloadMenu",
} as const satisfies Partial<Record<keyof UserInfoRequest, keyof AccountSettings>>;

export function addUserInfo(
  json: JsonEndpoints,
  services: Pick<DoorServices, "accounts">,
  settings: EdgeSettings,
): void {
  json.add({
    endpoint: endpoints.userInfo,
    handle: async ({ actor, input, times }) => {
      if (!isAccountActor(actor)) throw new RequestError("notAuthenticated", "This needs an API key.");
      const now = settings.clock.now();
      const changes = changesOf(input);
      let { account } = actor;
      if (Object.keys(changes).length > 0) {
        const question = { action: "api.use", area: "account", right: "write", isForCustomers: false } as const;
        requireAllowed(can(actor, question, { now, linkPassword: "not-needed" }));
        account = await services.accounts.updateSettings(actor, changes);
      }
      return userInfo(account, (await services.accounts.getUsage(account)).sizeBytes, { now, times });
    },
  });
}

function changesOf(input: UserInfoRequest): Partial<AccountSettings> {
  const given = Object.entries(settingNames).flatMap(([wireName, name]) => {
    const value = input[wireName as keyof typeof settingNames];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/**
 * Which values are strings is rclone's doing: its decoder fails `rclone about` on any other type. It shows
 * `available_cold_storage` as the total, so that is what it is.
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
    mail_rm: String(settings.mailRemoval),
    ftp_mode: String(settings.ftpMode),
    ftp_did: settings.ftpFolderId,
    ftp_report: String(settings.ftpReport),
    ru_report: String(settings.remoteUploadReport),
    default_domain: settings.defaultDomain,
    page_limit: settings.pageLimit,
    default_port: String(settings.defaultPort),
    default_port_files: String(settings.defaultPortFiles),
    cdn: "0",
    download_menu: String(settings.downloadMenu),
    use_cdn: String(settings.useCdn),
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
