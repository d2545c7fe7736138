import type { MailLanguage } from "../ports/mailer.ts";
import type { PlanId } from "./plans.ts";

/** The owner of files. E-mail addresses are unique, ignoring case. */
export interface Account {
  readonly id: string;
  readonly email: string;
  /** PHC string; never leaves `accounts/`. */
  readonly passwordHash: string;
  readonly planId: PlanId;
  /** Undefined: the plan never ends. */
  readonly planEndsAt: Date | undefined;
  /** Replaces the plan's quota; undefined: the plan's applies. */
  readonly quotaBytes: number | undefined;
  readonly isAdmin: boolean;
  readonly isLocked: boolean;
  /** Set when the owner deleted the account: it is locked until then, and removed after. */
  readonly removesAt: Date | undefined;
  readonly rootFolderId: number;
  readonly settings: AccountSettings;
  readonly createdAt: Date;
}

/** Settings that the account's owner chooses. */
export interface AccountSettings {
  /** Files left by FTP are only taken in on request, not automatically. */
  readonly takesFtpInByHand: boolean;
  /** Where files left by FTP go; undefined: the root. */
  readonly ftpFolderId: number | undefined;
  readonly mailsFtpReport: boolean;
  readonly mailsRemoteUploadReport: boolean;
  /** Link domain (0 to 10) for uploads that name none. */
  readonly defaultDomain: number;
  /** Entries per page of the console. */
  readonly pageLimit: number;
  readonly usesPlainHttp: boolean;
  readonly usesPlainHttpForFiles: boolean;
  readonly usesCdn: boolean;
  /** Shows a page before a direct download, for the owner too. */
  readonly showsDownloadMenu: boolean;
  readonly mailsBeforeRemoval: boolean;
  /** For mails about actions outside the web pages; undefined until somebody has signed in with a browser. */
  readonly language: MailLanguage | undefined;
  /** How long removed files and folders stay in the trash; 0: not at all, undefined: the operator's setting. */
  readonly trashDays: number | undefined;
  /** How long older versions of files are kept; 0: not at all, undefined: the operator's setting. */
  readonly versionDays: number | undefined;
}

export const defaultAccountSettings: AccountSettings = {
  takesFtpInByHand: false,
  ftpFolderId: undefined,
  mailsFtpReport: false,
  mailsRemoteUploadReport: false,
  defaultDomain: 0,
  pageLimit: 100,
  usesPlainHttp: false,
  usesPlainHttpForFiles: false,
  usesCdn: false,
  showsDownloadMenu: false,
  mailsBeforeRemoval: false,
  language: undefined,
  trashDays: undefined,
  versionDays: undefined,
};
