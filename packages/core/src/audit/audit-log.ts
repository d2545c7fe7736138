import type { Database } from "../ports/database.ts";
import type { AuditRecord } from "./audit-record.ts";

/** Reads what was changed. */
export class AuditLog {
  readonly #database: Database;

  constructor(input: { database: Database }) {
    this.#database = input.database;
  }

  /** Newest first. */
  list(filter: { accountId?: string; limit: number }): Promise<AuditRecord[]> {
    return this.#database.audit.list(filter);
  }
}
