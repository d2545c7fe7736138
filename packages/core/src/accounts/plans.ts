export type PlanId = "unlimited" | "free" | "premium" | "premium-gold" | "access";

/** What an account may do. `undefined` means unlimited. */
export interface Plan {
  readonly id: PlanId;
  readonly title: string;
  /** `offer` of user/info: 0 none, 1 Premium, 2 Access, 3 Premium Gold. */
  readonly offer: 0 | 1 | 2 | 3;
  /** The guide's "Premium accounts": may use API keys and direct links. */
  readonly hasApiAccess: boolean;
  readonly storageQuotaBytes: number | undefined;
  readonly maxFileBytes: number | undefined;
  readonly maxParallelDownloads: number | undefined;
  /** Addresses waiting to be fetched. */
  readonly maxWaitingRemoteUploads: number | undefined;
}

const GB = 1_000_000_000;
const TB = 1000 * GB;

/** Sizes are those that 1fichier.com announces for guests, registered users and customers. */
export const plans: Readonly<Record<PlanId, Plan>> = {
  unlimited: {
    id: "unlimited",
    title: "Unlimited",
    offer: 1,
    hasApiAccess: true,
    storageQuotaBytes: undefined,
    maxFileBytes: undefined,
    maxParallelDownloads: undefined,
    maxWaitingRemoteUploads: undefined,
  },
  free: {
    id: "free",
    title: "Free",
    offer: 0,
    hasApiAccess: false,
    storageQuotaBytes: 1 * TB,
    maxFileBytes: 50 * GB,
    maxParallelDownloads: 1,
    maxWaitingRemoteUploads: 10,
  },
  premium: {
    id: "premium",
    title: "Premium",
    offer: 1,
    hasApiAccess: true,
    storageQuotaBytes: 2 * TB,
    maxFileBytes: 300 * GB,
    maxParallelDownloads: 30,
    maxWaitingRemoteUploads: undefined,
  },
  "premium-gold": {
    id: "premium-gold",
    title: "Premium Gold",
    offer: 3,
    hasApiAccess: true,
    storageQuotaBytes: 100 * TB,
    maxFileBytes: 300 * GB,
    maxParallelDownloads: 30,
    maxWaitingRemoteUploads: undefined,
  },
  access: {
    id: "access",
    title: "Access",
    offer: 2,
    hasApiAccess: true,
    storageQuotaBytes: 1 * TB,
    maxFileBytes: 300 * GB,
    maxParallelDownloads: 30,
    maxWaitingRemoteUploads: undefined,
  },
};

/** An expired plan counts as `free`: only what the plan granted is lost. The account's own quota stays. */
export function planInForce(
  account: { planId: PlanId; planEndsAt: Date | undefined; quotaBytes: number | undefined },
  now: Date,
): Plan {
  const isOver = account.planEndsAt !== undefined && account.planEndsAt.getTime() <= now.getTime();
  const plan = plans[isOver ? "free" : account.planId];
  return account.quotaBytes === undefined ? plan : { ...plan, storageQuotaBytes: account.quotaBytes };
}

export function isPlanId(text: string): text is PlanId {
  return Object.hasOwn(plans, text);
}
