import { requireAllowed } from "../policy/decision.ts";
import type { AccountActor } from "../policy/actor.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { AuditPosition, AuditRecord, OwnAuditFilter } from "./audit-record.ts";

export interface ActivityPage {
  readonly records: readonly AuditRecord[];
  /** Where the next page begins; undefined at the end. */
  readonly next: AuditPosition | undefined;
}

/** The activity in an account, for its owner. */
export class OwnActivity {
  readonly #database: Pick<Database, "audit">;
  readonly #clock: Pick<Clock, "now">;

  constructor(input: { database: Pick<Database, "audit">; clock: Pick<Clock, "now"> }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /**
   * Newest first. A key restricted to a folder only sees its own changes, because other records concern things
   * elsewhere.
   * @throws {DomainError} what the policy says to callers who may not read the account
   */
  async page(
    actor: AccountActor,
    filter: OwnAuditFilter,
    { after, limit }: { after: AuditPosition | undefined; limit: number },
  ): Promise<ActivityPage> {
    const { account, key } = actor;
    const question = { action: "account.manage", account, right: "read" } as const;
    requireAllowed(can(actor, question, { now: this.#clock.now(), linkPassword: "not-needed" }));
    const isFenced = key?.fenceFolderId !== undefined;
    if (isFenced && (filter.by === "others" || (filter.apiKeyId ?? key.id) !== key.id))
      return { records: [], next: undefined };
    const seen = isFenced ? { ...filter, apiKeyId: key.id } : filter;
    const records = await this.#database.audit.listOfAccount(account.id, { ...seen, after, limit: limit + 1 });
    const shown = records.slice(0, limit);
    return { records: shown, next: records.length > limit ? shown.at(-1) : undefined };
  }
}
