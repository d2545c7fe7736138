import type { Account } from "../accounts/account.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import { countedAddress, countedNetwork } from "../policy/counted-address.ts";
import type { Repositories } from "../ports/database.ts";
import type { Bucket } from "../ports/rate-limiter.ts";
import { newMailedToken } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";
import { endOfToken, MAILED_TOKEN_LIFE_MS, type MailedLinkOver, type MailedToken } from "./mailed-token.ts";

export const MAILED_TOKEN_FORM = /^[A-Za-z0-9]{40}$/;
const HOUR_MS = 3_600_000;
/** More mails would be a way to flood somebody's mailbox. */
export const LETTERS_PER_HOUR = 3;
const ASKED_PER_HOUR = { address: 10, network: 40, everybody: 1000 } as const;

/** The token of a mailed link and its account, if it has this purpose and is still valid. */
export async function findMailedLink(
  rows: Pick<Repositories, "accounts" | "mailedTokens">,
  text: string,
  { purpose, now }: { purpose: MailedToken["purpose"]; now: Date },
): Promise<{ state: "usable"; token: MailedToken; account: Account } | MailedLinkOver> {
  const token = MAILED_TOKEN_FORM.test(text) ? await rows.mailedTokens.findByHash(secretHash(text)) : undefined;
  if (token?.purpose !== purpose) return { state: "unknown" };
  const end = endOfToken(token, now);
  if (end !== undefined) return { state: end };
  const account = await rows.accounts.findById(token.accountId);
  if (account === undefined) return { state: "unknown" };
  return account.isLocked ? { state: "account-locked" } : { state: "usable", token, account };
}

/**
 * Creates the link that a job sends, and invalidates earlier ones of the same account and purpose. Each attempt creates
 * its own link, whose text is not stored anywhere.
 * @param account as the job read it: the mail goes to its address, or for it, unless the address has changed meanwhile
 * @returns undefined if the account has reached its limit, or its address has changed
 */
export async function issueMailedToken(
  attempt: JobAttempt,
  { account, ...row }: Pick<MailedToken, "purpose" | "email"> & { account: Account },
  now: Date,
): Promise<{ token: string; endsAt: Date } | undefined> {
  const { id, attempts } = attempt.job;
  const token = newMailedToken();
  const endsAt = new Date(now.getTime() + MAILED_TOKEN_LIFE_MS);
  return attempt.commit(async ({ accounts, mailedTokens }) => {
    const accountId = account.id;
    const current = await accounts.findById(accountId);
    // A change of address invalidates existing links: none may later reach a mailbox that no longer has the right.
    if (current === undefined || current.isLocked || current.email !== account.email) return undefined;
    const since = new Date(now.getTime() - HOUR_MS);
    // The count may include an earlier attempt of this very job.
    const isTooMuch = (await mailedTokens.countSince(accountId, row.purpose, since)) >= LETTERS_PER_HOUR;
    if (isTooMuch && attempts === 1) return undefined;
    await mailedTokens.issue({
      ...row,
      accountId,
      id,
      hash: secretHash(token),
      createdAt: now,
      endsAt,
      ended: undefined,
    });
    return { token, endsAt };
  });
}

/** Limits for strangers who ask for mails, each separately. */
export function strangerBuckets(name: string, address: string): Bucket[] {
  const network = countedNetwork(address);
  return [
    hourlyBucket(`${name}|${countedAddress(address)}`, ASKED_PER_HOUR.address),
    ...(network === undefined ? [] : [hourlyBucket(`${name}|${network}`, ASKED_PER_HOUR.network)]),
  ];
}

/**
 * A limit for all of them together. Nobody is refused for exceeding it: otherwise many networks could block everybody
 * else.
 */
export const everybodysBucket = (name: string): Bucket => hourlyBucket(`${name}|everybody`, ASKED_PER_HOUR.everybody);

export const hourlyBucket = (key: string, burst: number): Bucket => ({ key, limit: { burst, windowMs: HOUR_MS } });
