/**
 * Kept per account, for the operator, and for all guests together: about 20 MB for somebody who fills the log on
 * purpose, and years of normal use and backups.
 */
export const KEPT_RECORDS = 50_000;

/** One change: who made it, with which key, from where, and to what. Never contains a secret. */
export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  readonly accountId: string | undefined;
  readonly apiKeyId: string | undefined;
  /** `operator` for the command line. */
  readonly address: string;
  /** `noun.verb`, e.g. `file.move`. */
  readonly action: string;
  /** Id of the object changed. */
  readonly objectId: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** The owner of the file or folder, if not `accountId`. */
  readonly ownerId?: string | undefined;
  /** Address of the owner at that time; only if they shared something with `accountId`. */
  readonly ownerEmail?: string | undefined;
  /** The address with which the owner shared it. */
  readonly knownAs?: string | undefined;
}

/** The addresses are looked up when the record is stored. */
export type NewAuditRecord = Omit<AuditRecord, "ownerEmail" | "knownAs">;

export interface AuditFilter {
  readonly accountId?: string;
  readonly objectId?: string;
  readonly action?: string;
}

/** Filters the records of one account. */
export interface OwnAuditFilter {
  /**
   * `me`: what was done with the account's own password, sessions and keys; `others`: what others did to it and its
   * things.
   */
  readonly by?: "me" | "others" | undefined;
  readonly apiKeyId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: Date | undefined;
  /** Exclusive. */
  readonly until?: Date | undefined;
}

/** The position of a record in the log; records of the same instant are in order of arrival. */
export type AuditPosition = Pick<AuditRecord, "at" | "id">;

export interface AuditRepository {
  /**
   * Occasionally removes the account's oldest records, so that `KEPT_RECORDS` is never exceeded by much. What somebody
   * does to another account's things counts separately for that account, so nobody can push such records out by being
   * active elsewhere.
   */
  append(records: readonly NewAuditRecord[]): Promise<void>;
  /** Newest first; starts behind `after`. */
  list(page: AuditFilter & { after?: AuditPosition | undefined; limit: number }): Promise<AuditRecord[]>;
  /** What an account did, and what others did to it and its things; newest first; starts behind `after`. */
  listOfAccount(
    accountId: string,
    page: OwnAuditFilter & { after?: AuditPosition | undefined; limit: number },
  ): Promise<AuditRecord[]>;
  removeBefore(time: Date): Promise<number>;
  /**
   * Keeps the newest records of each group: per account, what others did to each account's things, the operator, and
   * all guests.
   */
  removeAllBut(newest: number): Promise<number>;
}
