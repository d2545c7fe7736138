import type { Account } from "@consigne/sdk";

/** For plans that never end, `user/info` still gives a date, and a number for unlimited quotas. */
const NEVER = Date.parse("2099-12-31T00:00:00Z");
const NO_LIMIT_BYTES = 1e15;

type PlanFacts = Pick<Account, "offer" | "subscriptionEndsAt" | "coldStorageQuotaBytes">;

/**
 * `premium, until 2027-01-31`; only the plan if it never ends. The API has no word for Consigne's unlimited plan: it is
 * called "premium", and only the date and the quota differ.
 */
export function planText({ offer, subscriptionEndsAt: end, coldStorageQuotaBytes: quota }: PlanFacts): string {
  const isEndless = end === undefined || end.getTime() >= NEVER;
  if (isEndless && offer === "premium" && quota >= NO_LIMIT_BYTES) return "unlimited";
  if (isEndless) return offer;
  return `${offer}, until ${end.toISOString().slice(0, 10)}`;
}

/** Undefined for none. */
export function quotaOf({ coldStorageQuotaBytes: bytes }: Pick<Account, "coldStorageQuotaBytes">): number | undefined {
  return bytes === 0 || bytes >= NO_LIMIT_BYTES ? undefined : bytes;
}
