import type { Account } from "@consigne/sdk";

/** Where nothing ends, `user/info` still names a day, and a number where nothing is limited. */
const NEVER = Date.parse("2099-12-31T00:00:00Z");
const NO_LIMIT_BYTES = 1e15;

type PlanFacts = Pick<Account, "offer" | "subscriptionEndsAt" | "coldStorageQuotaBytes">;

/**
 * `premium, until 2027-01-31`; without an end the plan alone. The wire has no word for Consigne's plan without limits: it
 * calls it "premium", and only the day and the quota tell.
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
