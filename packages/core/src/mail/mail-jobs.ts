import type { Account } from "../accounts/account.ts";
import { type JobAttempt, JobGivenUpError, type JobKind } from "../jobs/job-kind.ts";
import type { JobOrder } from "../jobs/job-queue.ts";
import type { JobPayload } from "../jobs/job.ts";
import { isAccountActor, type Principal } from "../policy/actor.ts";
import { type Letter, MailError, type Mailer, type MailLanguage } from "../ports/mailer.ts";
import type { Bucket } from "../ports/rate-limiter.ts";
import { hourlyBucket, LETTERS_PER_HOUR } from "./mailed-links.ts";
import type { MailedTokenPurpose } from "./mailed-token.ts";
import { isUnreachableAddress } from "./unreachable-address.ts";

/** Spread over about a day, like retries of mail servers. */
const MAX_ATTEMPTS = 10;
const TIMEOUT_MS = 60_000;

export const mailLimits = { maxAttempts: MAX_ATTEMPTS, timeoutMs: TIMEOUT_MS, pool: "mail" } as const;

/**
 * Sends one mail for a job; at worst twice, if the process ends between sending and recording it. Sends nothing to
 * addresses that no mail server can reach: the operator learns about those elsewhere, and a permanently failing job
 * would add nothing.
 * @returns whether it was sent
 */
export async function sendLetter(mailer: Mailer, letter: Letter, { job, signal }: JobAttempt): Promise<boolean> {
  if (mailer.place.kind === "server" && isUnreachableAddress(letter.to)) return false;
  try {
    await mailer.send(letter, job.id, signal);
    return true;
  } catch (error) {
    if (error instanceof MailError && error.isFinal) throw new JobGivenUpError(error.message, { cause: error });
    throw error;
  }
}

/** A change in an account that its owner is told about, so that a thief is noticed. */
export interface Notice {
  account: Account;
  by: Principal;
  at: Date;
  /** Language of the page where it was done; otherwise undefined: that of the account, or English. */
  language?: MailLanguage | undefined;
}

type NoticeKind = Exclude<Letter["kind"], MailedTokenPurpose | "invitation">;

const noticeJobs = {
  "password-changed": "mail-password-changed",
  "email-changed": "mail-email-changed",
  "key-made": "mail-key-made",
  "account-deleted": "mail-account-deleted",
} as const satisfies Record<NoticeKind, string>;

/** Limits mails to a few per hour, so that repeated changes, as by a script, flood no mailbox. */
export function noticeBuckets(kind: NoticeKind, accountId: string): Bucket[] {
  return [hourlyBucket(`${kind}|account ${accountId}`, LETTERS_PER_HOUR)];
}

/** Orders a mail to the account's address, current or previous. */
export function noticeOrder(
  kind: NoticeKind,
  { account, by, at, language = account.settings.language ?? "en" }: Notice,
  rest: JobPayload = {},
): JobOrder {
  // The operator has no address that the owner could look up.
  const isOwner = by !== "operator" && isAccountActor(by) && by.account.id === account.id;
  const from = isOwner ? { from: by.address } : {};
  const payload = { ...rest, ...from, to: account.email, language, at: at.toISOString() };
  return { kind: noticeJobs[kind], payload, accountId: account.id };
}

/** The jobs that tell owners about a change to how their account is accessed. */
export function noticeMails({ mailer }: { mailer: Mailer }): JobKind[] {
  return (["password-changed", "email-changed", "key-made", "account-deleted"] as const).map((kind) => ({
    ...mailLimits,
    name: noticeJobs[kind],
    run: async (attempt) => {
      await attempt.step("send");
      await sendLetter(mailer, noticeLetter(kind, attempt.job.payload), attempt);
    },
  }));
}

function noticeLetter(
  kind: NoticeKind,
  { to, language, at, from, name, hint, endedKeys, removesAt }: JobPayload,
): Letter {
  const said = {
    to: String(to),
    language: mailLanguage(language),
    at: new Date(String(at)),
    from: typeof from === "string" ? from : undefined,
  };
  if (kind === "key-made") return { ...said, kind, name: String(name), hint: String(hint) };
  if (kind === "account-deleted") return { ...said, kind, removesAt: new Date(String(removesAt)) };
  return kind === "password-changed" ? { ...said, kind, endedKeys: endedKeys === true } : { ...said, kind };
}

/** English for unknown values. */
export function mailLanguage(text: unknown): MailLanguage {
  return text === "fr" ? "fr" : "en";
}
