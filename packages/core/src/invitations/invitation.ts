import type { PlanId } from "../accounts/plans.ts";
import type { MailLanguage } from "../ports/mailer.ts";

/** Why an invitation is good for nothing any more, before its time was over. */
export type InvitationEnd = "accepted" | "revoked" | "replaced";

/** Somebody may make an account for an address, once, by a link that is mailed there. What is kept of the link is a hash. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  /** Of the account to be. */
  readonly planId: PlanId;
  /** Of the account to be; undefined: that of the plan. */
  readonly quotaBytes: number | undefined;
  /** Of the letter. */
  readonly language: MailLanguage;
  /** Address of the administrator; undefined: whoever runs the server. */
  readonly invitedBy: string | undefined;
  /** SHA-256 of the token, hexadecimal; undefined until a letter was written. */
  readonly hash: string | undefined;
  readonly createdAt: Date;
  /** When the letter was written that counts. */
  readonly mailedAt: Date | undefined;
  readonly endsAt: Date;
  readonly ended: { readonly as: InvitationEnd; readonly at: Date } | undefined;
}

/** How long an invitation lasts from each letter on. */
export const INVITATION_LIFE_MS = 7 * 24 * 3_600_000;
/** How long one that is over is still listed, and its link told apart from one that never was. */
export const INVITATION_HISTORY_MS = 30 * 24 * 3_600_000;
