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
  readonly rootFolderId: number;
  readonly settings: AccountSettings;
  readonly createdAt: Date;
}

/** What `user/info` reads and sets; stored as it is. */
export interface AccountSettings {
  /** 0 automatic, 1 manual. */
  readonly ftpMode: number;
  readonly ftpFolderId: number;
  readonly ftpReport: number;
  readonly remoteUploadReport: number;
  /** Link domain 0 to 10 used when an upload names none. */
  readonly defaultDomain: number;
  readonly pageLimit: number;
  readonly defaultPort: number;
  readonly defaultPortFiles: number;
  readonly useCdn: number;
  /** 1 shows a page before a direct download. */
  readonly downloadMenu: number;
  readonly mailRemoval: number;
}

export const defaultAccountSettings: AccountSettings = {
  ftpMode: 0,
  ftpFolderId: 0,
  ftpReport: 0,
  remoteUploadReport: 0,
  defaultDomain: 0,
  pageLimit: 100,
  defaultPort: 0,
  defaultPortFiles: 0,
  useCdn: 0,
  downloadMenu: 0,
  mailRemoval: 0,
};
