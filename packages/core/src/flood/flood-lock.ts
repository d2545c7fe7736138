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
 * What was too much: calls of any kind, looks at the account, listings, guesses at keys and passwords, or calls that were
 * refused. `abuse` stands for the latter, and for guesses too where the limits are those of 1fichier.com.
 */
export const lockReasons = ["calls", "account-info", "listings", "guesses", "abuse"] as const;
export type LockReason = (typeof lockReasons)[number];

/**
 * A ban keeps an address out of everything but direct links. Any other lock refuses calls of the API only: an upload
 * whose bytes are on the way, its report and the pages go on.
 */
export function isBan({ reason }: Pick<FloodLock, "reason">): boolean {
  return reason === "guesses" || reason === "abuse";
}
