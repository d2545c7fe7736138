import type { Principal } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { AuditRecord } from "./audit-record.ts";

/** Written when a removal begins, and so the first to name an account that is going. */
export const ACCOUNT_REMOVAL = "account.remove";
/** No server removes so many; a bound all the same. */
const MOST_REMOVALS = 100_000;

/** Reads what was changed. */
export class AuditLog {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(input: { database: Database; clock: Clock }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /** Newest first. @throws {DomainError} what the policy says to who does not administer the server */
  async list(by: Principal, filter: { accountId?: string; objectId?: string; limit: number }): Promise<AuditRecord[]> {
    this.#requireAdministrator(by);
    return this.#database.audit.list(filter);
  }

  /** Accounts that are gone, by id, with the e-mail address they had; the latest first. */
  async listRemovedAccounts(by: Principal): Promise<Map<string, string>> {
    this.#requireAdministrator(by);
    const removals = await this.#database.audit.list({ action: ACCOUNT_REMOVAL, limit: MOST_REMOVALS });
    return new Map(removals.map(({ objectId, details }) => [objectId, String(details["email"])]));
  }

  #requireAdministrator(by: Principal): void {
    requireAllowed(can(by, { action: "server.manage" }, { now: this.#clock.now(), linkPassword: "not-needed" }));
  }
}
