import type { Clock } from "../ports/clock.ts";
import type { Principal } from "./actor.ts";
import { requireAllowed } from "./decision.ts";
import { can } from "./policy.ts";

/** @throws {DomainError} what the policy says to non-administrators */
export function requireAdministrator(by: Principal, clock: Pick<Clock, "now">): void {
  requireAllowed(can(by, { action: "server.manage" }, { now: clock.now(), linkPassword: "not-needed" }));
}
