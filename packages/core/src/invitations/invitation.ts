import type { PlanId } from "../accounts/plans.ts";
import type { MailLanguage } from "../ports/mailer.ts";

/** Why an invitation ended before it expired. */
export type InvitationEnd = "accepted" | "revoked" | "replaced";

/** Permission to create one account for an address, through a link mailed there. Only a hash of the link is stored. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  /** The plan of the future account. */
  readonly planId: PlanId;
  /** The quota of the future account. Undefined: the plan's quota. */
  readonly quotaBytes: number | undefined;
  /** Language of the mail. */
  readonly language: MailLanguage;
  /** Address of the administrator; undefined: the operator. */
  readonly invitedBy: string | undefined;
  /** SHA-256 of the token, in hexadecimal; undefined until a mail was written. */
  readonly hash: string | undefined;
  readonly createdAt: Date;
  /** When the mail with the current link was sent; undefined until then. */
  readonly mailedAt: Date | undefined;
  readonly endsAt: Date;
  readonly ended: { readonly as: InvitationEnd; readonly at: Date } | undefined;
}

/** How long an invitation is valid after each mail. */
export const INVITATION_LIFE_MS = 7 * 24 * 3_600_000;
/** How long an ended invitation is still listed, and its link distinguished from an unknown one. */
export const INVITATION_HISTORY_MS = 30 * 24 * 3_600_000;
