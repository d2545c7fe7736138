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

/** Over about a day, as mail servers themselves try. */
const MAX_ATTEMPTS = 10;
const TIMEOUT_MS = 60_000;

export const mailLimits = { maxAttempts: MAX_ATTEMPTS, timeoutMs: TIMEOUT_MS, pool: "mail" } as const;

/**
 * Sends one letter for a job: once more at worst, where the process ends between sending and noting it. None where no mail
 * server could bring it: the operator is told of such addresses elsewhere, and a job that fails for good would tell no more.
 */
export async function sendLetter(mailer: Mailer, letter: Letter, { job, signal }: JobAttempt): Promise<void> {
  if (mailer.place.kind === "server" && isUnreachableAddress(letter.to)) return;
  try {
    await mailer.send(letter, job.id, signal);
  } catch (error) {
    if (error instanceof MailError && error.isFinal) throw new JobGivenUpError(error.message, { cause: error });
    throw error;
  }
}

/** What changed in an account that its owner is to be told of, so that a thief is noticed. */
export interface Notice {
  account: Account;
  by: Principal;
  at: Date;
  /** Of the page on which it was done; undefined elsewhere, where that of the account counts, or English. */
  language?: MailLanguage | undefined;
}

type NoticeKind = Exclude<Letter["kind"], MailedTokenPurpose | "invitation">;

const noticeJobs = {
  "password-changed": "mail-password-changed",
  "email-changed": "mail-email-changed",
  "key-made": "mail-key-made",
  "account-deleted": "mail-account-deleted",
} as const satisfies Record<NoticeKind, string>;

/** The first few of an hour are told: whoever changes something over and over, as a script does, floods no mail box. */
export function noticeBuckets(kind: NoticeKind, accountId: string): Bucket[] {
  return [hourlyBucket(`${kind}|account ${accountId}`, LETTERS_PER_HOUR)];
}

/** The order of a letter to the address that the account has, or had until now. */
export function noticeOrder(
  kind: NoticeKind,
  { account, by, at, language = account.settings.language ?? "en" }: Notice,
  rest: JobPayload = {},
): JobOrder {
  // Whoever runs the server is nobody that the owner could look up by an address.
  const isOwner = by !== "operator" && isAccountActor(by) && by.account.id === account.id;
  const from = isOwner ? { from: by.address } : {};
  const payload = { ...rest, ...from, to: account.email, language, at: at.toISOString() };
  return { kind: noticeJobs[kind], payload, accountId: account.id };
}

/** The jobs that tell owners of accounts of a change to what opens them. */
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

/** English for whatever else a row may hold. */
export function mailLanguage(text: unknown): MailLanguage {
  return text === "fr" ? "fr" : "en";
}
