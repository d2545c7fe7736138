/** Somebody is held off until `lockedUntil`. Kept in the database so that a restart does not lift it. */
export interface FloodLock {
  id: string;
  kind: "ip" | "account" | "key";
  /** The address (a /64 for IPv6), account id or key id. */
  subject: string;
  /** Number shown on the wire behind `#`. */
  ruleNumber: number;
  lockedAt: Date;
  lockedUntil: Date;
  releasedAt: Date | undefined;
}
