/**
 * Kept of each account, of the operator, and of all guests together: some 20 MB for who makes them pile up, years of what
 * people and backups do.
 */
export const KEPT_RECORDS = 50_000;

/** One change: who, with which key, from where, to what. Never holds a secret. */
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
  /** Whose file or folder it was, where that was not `accountId`. */
  readonly ownerId?: string | undefined;
  /** Address of that account, as it was then; only where it shared something with `accountId`. */
  readonly ownerEmail?: string | undefined;
  /** The address by which the owner shared with who did it. */
  readonly knownAs?: string | undefined;
}

/** The addresses are looked up when it is kept. */
export type NewAuditRecord = Omit<AuditRecord, "ownerEmail" | "knownAs">;

export interface AuditFilter {
  readonly accountId?: string;
  readonly objectId?: string;
  readonly action?: string;
}

/** Of the records of one account. */
export interface OwnAuditFilter {
  /** `me`: what came with its own password, sessions and keys; `others`: what others did to it and to what is its own. */
  readonly by?: "me" | "others" | undefined;
  readonly apiKeyId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: Date | undefined;
  /** Not at that time any more. */
  readonly until?: Date | undefined;
}

/** Where a record stands among all; those of one instant stand in the order in which they came. */
export type AuditPosition = Pick<AuditRecord, "at" | "id">;

export interface AuditRepository {
  /**
   * Now and then removes surplus ones of the same account, so that `KEPT_RECORDS` is never passed by much. What somebody did
   * to what is another's counts with that account, by itself: nobody pushes it out by what they do elsewhere.
   */
  append(records: readonly NewAuditRecord[]): Promise<void>;
  /** Newest first, after the position of `after`. */
  list(page: AuditFilter & { after?: AuditPosition | undefined; limit: number }): Promise<AuditRecord[]>;
  /** What an account did, and what others did to it and to what is its own; newest first, after the position of `after`. */
  listOfAccount(
    accountId: string,
    page: OwnAuditFilter & { after?: AuditPosition | undefined; limit: number },
  ): Promise<AuditRecord[]>;
  removeBefore(time: Date): Promise<number>;
  /** Leaves that many, the newest, of each account, of what others did to what is its own, of the operator, and of all guests. */
  removeAllBut(newest: number): Promise<number>;
}
