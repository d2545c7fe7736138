import type { AccountPasswordRequest } from "@consigne/contract";
import type { CivilTimes } from "@consigne/contract/civil-time";
import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { timesOf } from "../calls/server-times.ts";
import {
  fieldsOf,
  findDate,
  findInstant,
  findNumber,
  flagOf,
  present,
  readFlag,
  readNumber,
  readText,
} from "./wire-values.ts";

export type Offer = "none" | "premium" | "access" | "gold" | "unknown";

const offers: readonly Offer[] = ["none", "premium", "access", "gold"];

/** Account settings that the owner may change. Settings that are absent stay as they are. */
export interface AccountSettings {
  /** True: files uploaded by FTP are added only on request. */
  processesFtpOnRequest?: boolean | undefined;
  /** Folder for files uploaded by FTP. */
  ftpFolderId?: number | undefined;
  /** E-mail a report of files uploaded by FTP. */
  mailsFtpReport?: boolean | undefined;
  /** E-mail a report of remote uploads. */
  mailsRemoteUploadReport?: boolean | undefined;
  /** Number of the link domain, 0 to 10. */
  defaultDomain?: number | undefined;
  /** Entries on a page of the console. */
  pageLimit?: number | undefined;
  /** Use the site without TLS. */
  usesPlainHttp?: boolean | undefined;
  /** Use files without TLS. */
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
  /** When the figures were computed. */
  statsAt: Date | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** The settings that have an effect on a Consigne server. */
export interface AccountChoices extends Required<Pick<AccountSettings, "defaultDomain" | "showsDownloadMenu">> {
  /** Days for which removed files are kept; 0: not at all. Set by `client.trash.keepFor`. */
  trashDays: number;
  /** Days for which older versions of files are kept. Set by `client.versions.keepFor`. */
  versionDays: number;
}

/** The account and its usage, which a Consigne server gives at any time. */
export interface AccountProfile {
  email: string;
  createdAt: Date | undefined;
  /** The plan in force: `free` once it has ended. */
  plan: "unlimited" | "free" | "premium" | "premium-gold" | "access" | "unknown";
  /** Undefined if it never ends. */
  planEndsAt: Date | undefined;
  fileCount: number;
  /** What counts towards the quota: files, trash and older versions together. */
  usedBytes: number;
  /** Of these, bytes in the trash. */
  trashBytes: number;
  /** Of these, bytes of older versions of files. */
  versionBytes: number;
  /** Undefined if there is no limit. */
  quotaBytes: number | undefined;
  settings: AccountChoices;
  /** Whether the caller may use `client.admin`; never with a key. */
  mayAdminister: boolean;
  /** The session of somebody signed in; undefined with a key. */
  session: { id: string; verifiedUntil: Date | undefined } | undefined;
}

/** Something that an account has: `kind` says what it is, and the other fields depend on it. */
export type ExportedRecord = CallAnswer<"accountExport">["records"][number];

/** What is removed with an account. Sizes in bytes. */
export interface AccountContents {
  fileCount: number;
  sizeBytes: number;
  /** Without the root. */
  folderCount: number;
  /** Folders with a public page. */
  sharedFolderCount: number;
  keyCount: number;
}

/** Language of an e-mail. */
export type EmailLanguage = NonNullable<AccountPasswordRequest["language"]>;

/** The account the key belongs to. */
export class AccountResource {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /**
   * The account and its figures. 1fichier.com allows this call once in 5 minutes: within that time the answer comes
   * from memory, or the call waits if there is none.
   * @throws {NotAuthenticatedError} the key is not accepted
   */
  async get(options: CallOptions = {}): Promise<Account> {
    return toAccount(fieldsOf(await this.#caller.call("userInfo", {}, options)), await timesOf(this.#caller));
  }

  /**
   * Changes settings; returns the account after that. Limited to the same interval as `get`, so it may have to wait.
   */
  async update(changes: AccountSettings, options: CallOptions = {}): Promise<Account> {
    const body = present({
      ftp_mode: flagOf(changes.processesFtpOnRequest),
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

  /**
   * The account; unlike `get`, this may be called at any time. 1fichier.com has neither this call nor any of those
   * below: there they reject with `NotSupportedError`.
   */
  async show(options: CallOptions = {}): Promise<AccountProfile> {
    return toProfile(fieldsOf(await this.#caller.call("accountShow", {}, options)));
  }

  /**
   * Changes settings; unlike `update`, this may be called at any time. Settings that are absent stay as they are.
   * Returns the current ones.
   */
  async change(
    changes: Pick<AccountSettings, "defaultDomain" | "showsDownloadMenu">,
    options: CallOptions = {},
  ): Promise<AccountChoices> {
    const body = present({
      default_domain: changes.defaultDomain,
      download_menu: flagOf(changes.showsDownloadMenu),
    });
    return toChoices((await this.#caller.call("accountChange", body, options)).settings);
  }

  /**
   * Confirms the session with the password, after a call was rejected with `AccessDeniedError` and the number 557. For
   * pages in a browser: keys cannot do this. @returns until when this holds
   * @throws {WrongPasswordError}
   */
  async verify(password: string, options: CallOptions = {}): Promise<Date | undefined> {
    const answer = fieldsOf(await this.#caller.call("accountVerify", { password }, options));
    return findInstant(answer["verified_until"]);
  }

  /**
   * Changes the password; all other sessions end. Needs a session with a password given within the last ten minutes.
   * @returns how many API keys keep working
   * @throws {BadRequestError} it is too short, too long or too easy to guess
   */
  async setPassword(
    newPassword: string,
    { language, ...options }: CallOptions & { language?: EmailLanguage } = {},
  ): Promise<number> {
    const body = present({ new_password: newPassword, language });
    return readNumber(fieldsOf(await this.#caller.call("accountPassword", body, options))["active_keys"]);
  }

  /**
   * E-mails a link to a new address; once it is opened and confirmed, the address changes. Needs a session with a
   * password given within the last ten minutes.
   * @returns `outbox` if the server sends no e-mail and keeps the message in its data folder
   * @throws {BadRequestError} it is not an e-mail address
   * @throws {QuotaError} too many e-mails were requested
   */
  async requestEmail(
    email: string,
    { language, ...options }: CallOptions & { language?: EmailLanguage } = {},
  ): Promise<"mailed" | "outbox"> {
    const answer = fieldsOf(await this.#caller.call("accountEmail", present({ email, language }), options));
    return answer["delivery"] === "outbox" ? "outbox" : "mailed";
  }

  /**
   * Everything that the account has except the contents of its files, one record after the other, as the server gives
   * them (`kind` says what each is). For people: a key is refused, since sessions are included.
   * @throws {AccessDeniedError} called with a key
   */
  async *export(options: CallOptions = {}): AsyncGenerator<ExportedRecord> {
    for (let cursor: string | undefined; ;) {
      const { records, next } = await this.#caller.call("accountExport", present({ cursor }), options);
      yield* records;
      cursor = next;
      if (cursor === undefined) return;
    }
  }

  /**
   * What `delete` would remove. Needs a session with a password given within the last ten minutes, as `delete` does.
   * @throws {ConflictError} the account is the last administrator's
   */
  async contents(options: CallOptions = {}): Promise<AccountContents> {
    const answer = await this.#caller.call("accountContents", {}, options);
    return {
      fileCount: answer.files,
      sizeBytes: answer.bytes,
      folderCount: answer.folders,
      sharedFolderCount: answer.shared_folders,
      keyCount: answer.keys,
    };
  }

  /**
   * Deletes the account: it is locked at once, and removed some days later unless the operator unlocks it.
   * @param email address of the account, to confirm that it is the right one
   * @returns when it is removed permanently
   * @throws {BadRequestError} it is another address
   * @throws {ConflictError} the account is the last administrator's
   */
  async delete(
    email: string,
    { language, ...options }: CallOptions & { language?: EmailLanguage } = {},
  ): Promise<Date | undefined> {
    const answer = await this.#caller.call("accountDelete", present({ email, language }), options);
    return findInstant(answer.deletion_at);
  }
}

const plans: readonly AccountProfile["plan"][] = ["unlimited", "free", "premium", "premium-gold", "access"];

function toProfile(raw: Record<string, unknown>): AccountProfile {
  const session = raw["session"];
  const own = typeof session === "object" && session !== null ? fieldsOf(session) : undefined;
  return {
    email: readText(raw["email"]),
    createdAt: findInstant(raw["created_at"]),
    plan: plans.find((plan) => plan === raw["plan"]) ?? "unknown",
    planEndsAt: findInstant(raw["plan_ends_at"]),
    fileCount: readNumber(raw["files"]),
    usedBytes: readNumber(raw["used_bytes"]),
    trashBytes: findNumber(raw["trash_bytes"]) ?? 0,
    versionBytes: findNumber(raw["version_bytes"]) ?? 0,
    quotaBytes: findNumber(raw["quota_bytes"]),
    settings: toChoices(raw["settings"]),
    mayAdminister: readFlag(raw["may_administer"]),
    session:
      own === undefined ? undefined : { id: readText(own["id"]), verifiedUntil: findInstant(own["verified_until"]) },
  };
}

/** Servers older than these settings do not send them. */
function toChoices(raw: unknown): AccountChoices {
  const given = typeof raw === "object" && raw !== null ? fieldsOf(raw) : {};
  return {
    defaultDomain: findNumber(given["default_domain"]) ?? 0,
    showsDownloadMenu: readFlag(given["download_menu"]),
    trashDays: findNumber(given["trash_days"]) ?? 0,
    versionDays: findNumber(given["version_days"]) ?? 0,
  };
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
    processesFtpOnRequest: readFlag(raw["ftp_mode"]),
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
