import type { MailedToken, MailedTokenEnd, MailedTokenPurpose } from "./mailed-token.ts";

export interface MailedTokenRepository {
  findByHash(hash: string): Promise<MailedToken | undefined>;
  /** How many of the account were made since then. */
  countSince(accountId: string, purpose: MailedTokenPurpose, since: Date): Promise<number>;
  /** Takes the place of one with the same id, and ends those before of the same account and purpose as `replaced`. */
  issue(token: MailedToken): Promise<void>;
  /** False when it had ended. */
  end(id: string, as: MailedTokenEnd, at: Date): Promise<boolean>;
  /** Ends those that may still be used; returns how many. */
  endByAccount(accountId: string, as: MailedTokenEnd, at: Date): Promise<number>;
  /** Returns how many went, as the next one does. */
  removeByAccount(accountId: string): Promise<number>;
  removeEndingBefore(time: Date): Promise<number>;
}
