import { type AccountChange, CHANGES_KEPT } from "@consigne/core";
import { type Kysely, sql } from "kysely";
import { partsOf } from "./repositories/batches.ts";
import { valueRows } from "./repositories/value-rows.ts";
import type { Tables } from "./tables.ts";

/** Old rows go when the number passes a multiple of this. */
const THINNED_EVERY = 250;

/** What one transaction changes, written once at its end, however often a thing was named. */
export class NotedChanges {
  readonly #ofAccounts = new Map<string, Map<string, AccountChange>>();

  /** Guests have no account, and nobody is told of theirs. */
  note(accountId: string | null, change: AccountChange): void {
    if (accountId === null) return;
    const changes = this.#ofAccounts.get(accountId) ?? new Map<string, AccountChange>();
    this.#ofAccounts.set(accountId, changes.set(`${change.topic} ${objectOf(change)}`, change));
  }

  async write(write: Kysely<Tables>): Promise<void> {
    for (const [accountId, changes] of this.#ofAccounts) {
      for (const part of partsOf([...changes.values()])) await writeSome(write, accountId, part);
    }
  }
}

const objectOf = (change: AccountChange): number => (change.topic === "trash" ? 0 : change.id);

async function writeSome(write: Kysely<Tables>, accountId: string, changes: readonly AccountChange[]): Promise<void> {
  const given = changes.map((change, at) => [change.topic, objectOf(change), at + 1] as const);
  const { rows } = await sql<{ number: number }>`
    with given(topic, object, place) as (${valueRows(["text", "bigint", "bigint"], given)})
    insert into changes (account_id, topic, object, number)
    select accounts.id, given.topic, given.object,
      given.place + coalesce((select max(number) from changes as latest where latest.account_id = ${accountId}), 0)
    from accounts, given where accounts.id = ${accountId}
    on conflict (account_id, topic, object) do update set number = excluded.number
    returning number`.execute(write);
  const last = Math.max(0, ...rows.map(({ number }) => number));
  if (Math.floor(last / THINNED_EVERY) === Math.floor((last - rows.length) / THINNED_EVERY)) return;
  await write
    .deleteFrom("changes")
    .where("account_id", "=", accountId)
    .where("number", "<=", last - CHANGES_KEPT)
    .execute();
}
