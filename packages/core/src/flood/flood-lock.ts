/** A caller is locked out until `lockedUntil`. Stored in the database so that a restart does not lift it. */
export interface FloodLock {
  readonly id: string;
  readonly kind: "ip" | "account" | "key";
  /** The address (a /64 for IPv6, or a /48), account id or key id. */
  readonly subject: string;
  readonly reason: LockReason;
  readonly lockedAt: Date;
  readonly lockedUntil: Date;
  readonly releasedAt: Date | undefined;
}

/**
 * What exceeded the limit: calls of any kind, reads of the account, listings, guesses at keys and passwords, or refused
 * calls. `abuse` stands for refused calls and, with the limits of 1fichier.com, for guesses too.
 */
export const lockReasons = ["calls", "account-info", "listings", "guesses", "abuse"] as const;
export type LockReason = (typeof lockReasons)[number];

/**
 * A ban blocks an address from everything but direct links. Any other lock only refuses API calls: running uploads,
 * their reports and the pages still work.
 */
export function isBan({ reason }: Pick<FloodLock, "reason">): boolean {
  return reason === "guesses" || reason === "abuse";
}
