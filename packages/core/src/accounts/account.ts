import type { PlanId } from "./plans.ts";

/** Somebody who owns files. E-mail is unique without regard to case. */
export interface Account {
  id: string;
  email: string;
  /** PHC string; never leaves the accounts noun. */
  passwordHash: string;
  planId: PlanId;
  /** Undefined: the plan never ends. */
  planEndsAt: Date | undefined;
  /** Of its own, in place of the plan's; undefined: the plan's. */
  quotaBytes: number | undefined;
  isAdmin: boolean;
  isLocked: boolean;
  rootFolderId: number;
  settings: AccountSettings;
  createdAt: Date;
}

/** What `user/info` reads and sets; stored as it is. */
export interface AccountSettings {
  /** 0 automatic, 1 manual. */
  ftpMode: number;
  ftpFolderId: number;
  ftpReport: number;
  remoteUploadReport: number;
  /** Link domain 0 to 10 used when an upload names none. */
  defaultDomain: number;
  pageLimit: number;
  defaultPort: number;
  defaultPortFiles: number;
  useCdn: number;
  /** 1 shows a page before a direct download. */
  downloadMenu: number;
  mailRemoval: number;
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
