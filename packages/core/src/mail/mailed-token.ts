import { isLasting } from "../time-span.ts";

/** What a mailed link may be used for, and nothing else. */
export type MailedTokenPurpose = "password-reset" | "email-change";

/** Why a link can no longer be used. */
export type MailedTokenEnd = "spent" | "replaced" | "expired" | "password-changed";

/** The purpose of a mailed link that is no longer valid. */
export interface MailedLinkOver {
  readonly state: MailedTokenEnd | "revoked" | "unknown" | "account-locked";
}

/** A secret sent by e-mail, which proves that its user reads the mail of that address. Only its hash is stored. */
export interface MailedToken {
  /** Id of the job that sent it: another attempt of that job replaces it. */
  readonly id: string;
  /** SHA-256 of the token, in hexadecimal. The token has 238 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly purpose: MailedTokenPurpose;
  readonly accountId: string;
  /** The address it was sent to, if that becomes the account's new address. */
  readonly email: string | undefined;
  readonly createdAt: Date;
  readonly endsAt: Date;
  readonly ended: { readonly as: MailedTokenEnd; readonly at: Date } | undefined;
}

/** How long a link is valid. */
export const MAILED_TOKEN_LIFE_MS = 3_600_000;
/** How long an ended link can still be distinguished from an unknown one. */
export const MAILED_TOKEN_HISTORY_MS = 7 * 24 * 3_600_000;

/** Undefined while the token is valid. */
export function endOfToken({ ended, createdAt, endsAt }: MailedToken, now: Date): MailedTokenEnd | undefined {
  if (ended !== undefined) return ended.as;
  return isLasting({ beganAt: createdAt, endsAt }, now) ? undefined : "expired";
}
