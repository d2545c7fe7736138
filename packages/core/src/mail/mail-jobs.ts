import type { JobAttempt, JobKind } from "../jobs/job-kind.ts";
import { JobGivenUpError } from "../jobs/job-kind.ts";
import type { JobPayload } from "../jobs/job.ts";
import { type Letter, MailError, type Mailer, type MailLanguage } from "../ports/mailer.ts";

/** Over about a day, as mail servers themselves try. */
const MAX_ATTEMPTS = 10;
const TIMEOUT_MS = 60_000;

export const mailLimits = { maxAttempts: MAX_ATTEMPTS, timeoutMs: TIMEOUT_MS } as const;

/** Sends one letter for a job: once more at worst, where the process ends between sending and noting it. */
export async function sendLetter(mailer: Mailer, letter: Letter, { job, signal }: JobAttempt): Promise<void> {
  try {
    await mailer.send(letter, job.id, signal);
  } catch (error) {
    if (error instanceof MailError && error.isFinal) throw new JobGivenUpError(error.message, { cause: error });
    throw error;
  }
}

/** Payload of a job that tells somebody what was changed in their account. */
export interface Notice {
  to: string;
  language: MailLanguage;
  at: Date;
  /** Address of whoever did it. */
  from: string;
}

export const PASSWORD_CHANGED_MAIL = "mail-password-changed";

export function noticePayload(notice: Notice): JobPayload {
  return { ...notice, at: notice.at.toISOString() };
}

/** Tells the owner of an account of a change to what opens it, so that a thief is noticed. */
export function noticeMail(mailer: Mailer, name: string, kind: "password-changed" | "email-changed"): JobKind {
  return {
    ...mailLimits,
    name,
    run: async (attempt) => {
      const { to, language, at, from } = attempt.job.payload;
      const letter = {
        kind,
        to: String(to),
        language: mailLanguage(language),
        at: new Date(String(at)),
        from: String(from),
      } as const;
      await attempt.step("send");
      await sendLetter(mailer, letter, attempt);
    },
  };
}

/** English for whatever else a row may hold. */
export function mailLanguage(text: unknown): MailLanguage {
  return text === "fr" ? "fr" : "en";
}
