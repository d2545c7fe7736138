import type { MailLanguage } from "../ports/mailer.ts";
import type { PlanId } from "./plans.ts";

/** Somebody who owns files. E-mail is unique without regard to case. */
export interface Account {
  readonly id: string;
  readonly email: string;
  /** PHC string; never leaves the accounts noun. */
  readonly passwordHash: string;
  readonly planId: PlanId;
  /** Undefined: the plan never ends. */
  readonly planEndsAt: Date | undefined;
  /** Of its own, in place of the plan's; undefined: the plan's. */
  readonly quotaBytes: number | undefined;
  readonly isAdmin: boolean;
  readonly isLocked: boolean;
  /** Its owner deleted it: locked until then, and removed from then on. */
  readonly removesAt: Date | undefined;
  readonly rootFolderId: number;
  readonly settings: AccountSettings;
  readonly createdAt: Date;
}

/** What the owner of an account chooses. */
export interface AccountSettings {
  /** Files left by FTP are taken in when told to, not by themselves. */
  readonly takesFtpInByHand: boolean;
  /** Where files left by FTP go; undefined: the root. */
  readonly ftpFolderId: number | undefined;
  readonly mailsFtpReport: boolean;
  readonly mailsRemoteUploadReport: boolean;
  /** Link domain 0 to 10 used when an upload names none. */
  readonly defaultDomain: number;
  /** Entries on a page of the console. */
  readonly pageLimit: number;
  readonly usesPlainHttp: boolean;
  readonly usesPlainHttpForFiles: boolean;
  readonly usesCdn: boolean;
  /** A page before a direct download, for the owner too. */
  readonly showsDownloadMenu: boolean;
  readonly mailsBeforeRemoval: boolean;
  /** Of letters about what was done elsewhere than on a page; undefined before anybody signed in with a browser. */
  readonly language: MailLanguage | undefined;
  /** How long removed files and folders lie in the trash; 0: not at all, undefined: as the operator has set. */
  readonly trashDays: number | undefined;
  /** How long older versions of files are kept; 0: not at all, undefined: as the operator has set. */
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
