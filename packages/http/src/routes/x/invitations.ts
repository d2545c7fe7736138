import { type AdminInvitationLsResponse, endpoints, toInstantText } from "@consigne/contract";
import { type EdgeServices, type Invitation, isDomainError } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callingAccount } from "../../wire/calling-account.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { nextOf, positionIn } from "../../wire/time-cursor.ts";

const MOST_ROWS = 500;

/** `/x/v1/admin/invitation`: people whom administrators invite. */
export function addInvitations(
  json: JsonEndpoints,
  { invitations }: Pick<EdgeServices, "invitations">,
  { clock }: EdgeSettings,
): void {
  const answer = (invitation: Invitation) => ({
    status: "OK" as const,
    invitation: wireInvitation(invitation, clock.now()),
    delivery: invitations.mailPlace.kind === "folder" ? ("outbox" as const) : ("mailed" as const),
  });
  json.add({
    endpoint: endpoints.adminInvitationLs,
    handle: async ({ actor, input: { limit = MOST_ROWS, cursor } }) => {
      const after = cursor === undefined ? undefined : positionIn(cursor);
      const found = await invitations.page(actor, after, limit + 1);
      const now = clock.now();
      return {
        status: "OK" as const,
        invitations: found.slice(0, limit).map((each) => wireInvitation(each, now)),
        ...nextOf(found, limit),
      };
    },
  });
  json.add({
    endpoint: endpoints.adminInvitationAdd,
    handle: async ({ actor, input }) => {
      const { email, plan: planId = "unlimited", quota_bytes: quota, language } = input;
      const quotaBytes = quota === 0 ? undefined : quota;
      const invited = { email: email.trim(), planId, quotaBytes, language };
      return answer(await withLetter(() => invitations.invite(callingAccount(actor), invited)));
    },
  });
  json.add({
    endpoint: endpoints.adminInvitationResend,
    handle: async ({ actor, input }) =>
      answer(await withLetter(() => invitations.resend(callingAccount(actor), input.id))),
  });
  json.add({
    endpoint: endpoints.adminInvitationRm,
    handle: async ({ actor, input }) => {
      await invitations.revoke(callingAccount(actor), input.id);
      return { status: "OK" as const };
    },
  });
}

/** Adapts refusals to mails. */
async function withLetter(order: () => Promise<Invitation>): Promise<Invitation> {
  try {
    return await order();
  } catch (error) {
    if (isDomainError(error, "bad-argument")) throw new RequestError("badEmail", error.message);
    if (isDomainError(error, "too-busy")) throw new RequestError("tooManyEmails", error.message);
    throw error;
  }
}

function wireInvitation(invitation: Invitation, now: Date): AdminInvitationLsResponse["invitations"][number] {
  const { id, email, planId, quotaBytes, invitedBy, createdAt, mailedAt, endsAt, ended } = invitation;
  return {
    id,
    email,
    plan: planId,
    ...(quotaBytes === undefined ? {} : { quota_bytes: quotaBytes }),
    ...(invitedBy === undefined ? {} : { invited_by: invitedBy }),
    state: ended?.as ?? (endsAt > now ? "pending" : "expired"),
    created_at: toInstantText(createdAt),
    ...(mailedAt === undefined ? {} : { mailed_at: toInstantText(mailedAt) }),
    expires_at: toInstantText(endsAt),
  };
}
