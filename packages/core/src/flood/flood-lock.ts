/** Somebody is held off until `lockedUntil`. Kept in the database so that a restart does not lift it. */
export interface FloodLock {
  readonly id: string;
  readonly kind: "ip" | "account" | "key";
  /** The address (a /64 for IPv6, or a /48), account id or key id. */
  readonly subject: string;
  /** Number shown on the wire behind `#`. */
  readonly ruleNumber: number;
  readonly lockedAt: Date;
  readonly lockedUntil: Date;
  readonly releasedAt: Date | undefined;
}

/** Numbers of rules against guesses and refused calls. */
export const banNumbers = { address: 375, guesses: 412 } as const;

/**
 * A ban holds an address off from everything but direct links. Any other lock holds off calls of the API only: an upload
 * whose bytes are on the way, its report and the pages go on.
 */
export function isBan({ ruleNumber }: Pick<FloodLock, "ruleNumber">): boolean {
  return ruleNumber === banNumbers.address || ruleNumber === banNumbers.guesses;
}
