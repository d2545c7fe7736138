import type { Account } from "@consigne/sdk";

/** Where nothing ends, `user/info` still names a day, and a number where nothing is limited. */
const NEVER = Date.parse("2099-12-31T00:00:00Z");
const NO_LIMIT_BYTES = 1e15;

/** `premium, until 2027-01-31`; without an end the plan alone. */
export function planText({ offer, subscriptionEndsAt: end }: Pick<Account, "offer" | "subscriptionEndsAt">): string {
  if (end === undefined || end.getTime() >= NEVER) return offer;
  return `${offer}, until ${end.toISOString().slice(0, 10)}`;
}

/** Undefined for none. */
export function quotaOf({ coldStorageQuotaBytes: bytes }: Pick<Account, "coldStorageQuotaBytes">): number | undefined {
  return bytes === 0 || bytes >= NO_LIMIT_BYTES ? undefined : bytes;
}
