import type { JobAttempt, JobKind } from "../jobs/job-kind.ts";
import { mailLimits, sendLetter } from "../mail/mail-jobs.ts";
import { bySystem } from "../policy/by-system.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Mailer } from "../ports/mailer.ts";
import { newMailedToken } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";

export const INVITATION_MAIL = "mail-invitation";

/** The job that mails an invitation link. Each attempt creates a new link, whose text is not stored anywhere. */
export function invitationMail(parts: { database: Database; clock: Clock; mailer: Mailer }): JobKind {
  return { ...mailLimits, name: INVITATION_MAIL, run: (attempt) => mailInvitation(parts, attempt) };
}

async function mailInvitation(
  { database, clock, mailer }: { database: Database; clock: Clock; mailer: Mailer },
  attempt: JobAttempt,
): Promise<void> {
  const invitation = await database.invitations.findById(String(attempt.job.payload["invitation"]));
  if (invitation === undefined) return;
  const { id, email, language, invitedBy, endsAt } = invitation;
  const token = newMailedToken();
  const permitted = bySystem(id, "an administrator ordered the letter");
  const isOpen = await attempt.commit(({ invitations }) =>
    invitations.renew(permitted, { hash: secretHash(token), mailedAt: null }),
  );
  if (!isOpen) return;
  await attempt.step("send");
  const letter = { kind: "invitation", to: email, language, token, endsAt, invitedBy } as const;
  if (!(await sendLetter(mailer, letter, attempt))) return;
  const mailedAt = clock.now();
  await attempt.commit(({ invitations }) => invitations.renew(permitted, { mailedAt }));
}
