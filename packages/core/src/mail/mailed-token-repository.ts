import type { MailedToken, MailedTokenEnd, MailedTokenPurpose } from "./mailed-token.ts";

export interface MailedTokenRepository {
  findByHash(hash: string): Promise<MailedToken | undefined>;
  /** How many were made for the account since then. */
  countSince(accountId: string, purpose: MailedTokenPurpose, since: Date): Promise<number>;
  /** Replaces a token with the same id, and ends earlier ones of the same account and purpose as `replaced`. */
  issue(token: MailedToken): Promise<void>;
  /** False if it had ended. */
  end(id: string, as: MailedTokenEnd, at: Date): Promise<boolean>;
  /** Ends those that are still valid; returns how many. */
  endByAccount(accountId: string, as: MailedTokenEnd, at: Date): Promise<number>;
  /** Returns how many were removed, like the next method. */
  removeByAccount(accountId: string): Promise<number>;
  removeEndingBefore(time: Date): Promise<number>;
}
