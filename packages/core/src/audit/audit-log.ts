import type { Database } from "../ports/database.ts";
import type { AuditRecord } from "./audit-record.ts";

/** Written when a removal begins, and so the first to name an account that is going. */
export const ACCOUNT_REMOVAL = "account.remove";
/** No server removes so many; a bound all the same. */
const MOST_REMOVALS = 100_000;

/** Reads what was changed. */
export class AuditLog {
  readonly #database: Database;

  constructor(input: { database: Database }) {
    this.#database = input.database;
  }

  /** Newest first. */
  list(filter: { accountId?: string; objectId?: string; limit: number }): Promise<AuditRecord[]> {
    return this.#database.audit.list(filter);
  }

  /** Accounts that are gone, by id, with the e-mail address they had; the latest first. */
  async listRemovedAccounts(): Promise<Map<string, string>> {
    const removals = await this.#database.audit.list({ action: ACCOUNT_REMOVAL, limit: MOST_REMOVALS });
    return new Map(removals.map(({ objectId, details }) => [objectId, String(details["email"])]));
  }
}
