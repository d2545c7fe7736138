import type { CivilTimes } from "@consigne/contract/civil-time";
import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { timesOf } from "../calls/server-times.ts";
import { fieldsOf, findDate, findNumber, flagOf, present, readFlag, readNumber, readText } from "./wire-values.ts";

export type Offer = "none" | "premium" | "access" | "gold" | "unknown";

const offers: readonly Offer[] = ["none", "premium", "access", "gold"];

/** Settings of the account that its owner may change. What is absent stays as it is. */
export interface AccountSettings {
  /** True: files left by FTP are taken in when told to. */
  takesFtpInByHand?: boolean | undefined;
  /** Folder for files left by FTP. */
  ftpFolderId?: number | undefined;
  /** Mail a report of files left by FTP. */
  mailsFtpReport?: boolean | undefined;
  /** Mail a report of remote uploads. */
  mailsRemoteUploadReport?: boolean | undefined;
  /** Number of the link domain, 0 to 10. */
  defaultDomain?: number | undefined;
  /** Entries on a page of the console. */
  pageLimit?: number | undefined;
  /** The site without TLS. */
  usesPlainHttp?: boolean | undefined;
  /** Files without TLS. */
  usesPlainHttpForFiles?: boolean | undefined;
  /** Pay with CDN credits. */
  usesCdn?: boolean | undefined;
  /** Show the download page to customers too. */
  showsDownloadMenu?: boolean | undefined;
}

/** An account and its figures. Sizes in bytes. */
export interface Account extends Required<AccountSettings> {
  email: string;
  offer: Offer;
  subscriptionEndsAt: Date | undefined;
  /** Bytes in use. */
  coldStorageBytes: number;
  hotStorageBytes: number;
  /** The whole quota, used or not; 0 where the server does not say. */
  coldStorageQuotaBytes: number;
  hotStorageQuotaBytes: number;
  /** Bytes above the quota. */
  overQuotaBytes: number;
  isUploadForbidden: boolean;
  /** CDN credits in GB. */
  cdnCreditGb: number;
  /** When the figures were taken. */
  statsAt: Date | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** The account the key belongs to. */
export class AccountResource {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /**
   * The account and its figures. 1fichier.com may be asked once in 5 minutes: within that time the answer comes from
   * memory, or the call waits when there is none.
   * @throws {NotAuthenticatedError} the key is not accepted
   */
  async get(options: CallOptions = {}): Promise<Account> {
    return toAccount(fieldsOf(await this.#caller.call("userInfo", {}, options)), await timesOf(this.#caller));
  }

  /** Changes settings; answers the account after it. Under the same interval as `get`, so it may have to wait. */
  async update(changes: AccountSettings, options: CallOptions = {}): Promise<Account> {
    const body = present({
      ftp_mode: flagOf(changes.takesFtpInByHand),
      ftp_did: changes.ftpFolderId,
      ftp_report: flagOf(changes.mailsFtpReport),
      ru_report: flagOf(changes.mailsRemoteUploadReport),
      default_domain: changes.defaultDomain,
      page_limit: changes.pageLimit,
      default_port: flagOf(changes.usesPlainHttp),
      default_port_files: flagOf(changes.usesPlainHttpForFiles),
      use_cdn: flagOf(changes.usesCdn),
      download_menu: flagOf(changes.showsDownloadMenu),
    });
    return toAccount(fieldsOf(await this.#caller.call("userInfo", body, options)), await timesOf(this.#caller));
  }
}

function toAccount(raw: Record<string, unknown>, times: CivilTimes): Account {
  return {
    email: readText(raw["email"]),
    offer: offers[findNumber(raw["offer"]) ?? -1] ?? "unknown",
    subscriptionEndsAt: findDate(raw["subscription_end"], times),
    coldStorageBytes: readNumber(raw["cold_storage"]),
    hotStorageBytes: readNumber(raw["hot_storage"]),
    coldStorageQuotaBytes: readNumber(raw["allowed_cold_storage"] ?? raw["available_cold_storage"]),
    hotStorageQuotaBytes: readNumber(raw["available_storage"] ?? raw["default_quota"]),
    overQuotaBytes: readNumber(raw["overquota"]),
    isUploadForbidden: readFlag(raw["upload_forbidden"]),
    cdnCreditGb: readNumber(raw["cdn"]),
    statsAt: findDate(raw["stats_date"], times),
    takesFtpInByHand: readFlag(raw["ftp_mode"]),
    ftpFolderId: readNumber(raw["ftp_did"]),
    mailsFtpReport: readFlag(raw["ftp_report"]),
    mailsRemoteUploadReport: readFlag(raw["ru_report"]),
    defaultDomain: readNumber(raw["default_domain"]),
    pageLimit: readNumber(raw["page_limit"]),
    usesPlainHttp: readFlag(raw["default_port"]),
    usesPlainHttpForFiles: readFlag(raw["default_port_files"]),
    usesCdn: readFlag(raw["use_cdn"]),
    showsDownloadMenu: readFlag(raw["download_menu"]),
    raw,
  };
}
