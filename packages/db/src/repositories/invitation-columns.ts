import type { InvitationEnd, MailLanguage, PlanId } from "@consigne/core";

export interface InvitationsTable {
  id: string;
  email: string;
  /** Lower-cased e-mail address. */
  email_key: string;
  plan_id: PlanId;
  quota_bytes: number | null;
  language: MailLanguage;
  invited_by: string | null;
  hash: string | null;
  created_at: number;
  mailed_at: number | null;
  ends_at: number;
  ended_as: InvitationEnd | null;
  ended_at: number | null;
}
