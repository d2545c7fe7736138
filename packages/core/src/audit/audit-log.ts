import { Listing, pagesByPosition } from "../listing.ts";
import type { Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { type Reader, type ReadingRight, rightOf, whileRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { AuditFilter, AuditPosition, AuditRecord } from "./audit-record.ts";

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
  async list(
    by: Principal,
    { limit, ...filter }: Omit<AuditFilter, "action"> & { limit: number },
    reader: Reader = {},
  ): Promise<Listing<AuditRecord>> {
    const right = this.#rightOf(by, reader);
    return Listing.from(whileRight(this.#pages(filter, limit), right), async () => NaN, right);
  }

  /** Accounts that are gone, by id, with the e-mail address they had; the latest first. */
  async listRemovedAccounts(by: Principal): Promise<Map<string, string>> {
    const right = this.#rightOf(by, {});
    const emails = new Map<string, string>();
    for await (const page of whileRight(this.#pages({ action: ACCOUNT_REMOVAL }, MOST_REMOVALS), right)) {
      for (const { objectId, details } of page) emails.set(objectId, String(details["email"]));
    }
    return emails;
  }

  /** Asked now, and again while a long list is read. */
  #rightOf(by: Principal, reader: Reader): ReadingRight {
    const ask = (caller: Principal) => requireAdministrator(caller, this.#clock);
    ask(by);
    return rightOf({ database: this.#database, clock: this.#clock }, by, reader, ask);
  }

  #pages(filter: AuditFilter, limit: number): AsyncGenerator<AuditRecord[]> {
    const { audit } = this.#database;
    const read = (after: AuditPosition | undefined, most: number) => audit.list({ ...filter, after, limit: most });
    return pagesByPosition(read, (record) => record, limit);
  }
}
