import { type AccountChange, CHANGES_KEPT } from "@consigne/core";
import { sql } from "kysely";
import { partsOf } from "./repositories/batches.ts";
import { receivedChanges } from "./repositories/received-changes.ts";
import { placeholderRows } from "./repositories/value-rows.ts";
import type { PreparedWrite, TransactionRows } from "./row-source.ts";

/** Old rows are removed when the number passes a multiple of this. */
const THINNED_EVERY = 250;

type ChangeOfAccount = readonly [accountId: string, change: AccountChange];

/** The changes of one transaction, written once at its end, however often a thing was named. */
export class TransactionChanges {
  readonly #changes = new Map<string, ChangeOfAccount>();

  /** Guests have no account, and nobody watches their files. */
  note(accountId: string | null, change: AccountChange): void {
    if (accountId === null) return;
    this.#changes.set(`${accountId} ${change.topic} ${objectOf(change)}`, [accountId, change]);
  }

  /** For shared folders, also for the people they are shared with. */
  async write(rows: TransactionRows): Promise<void> {
    const sharing = await writeChanges(rows, [...this.#changes.values()]);
    if (sharing.size === 0) return;
    const folderIds = [...this.#changes.values()].flatMap(([accountId, change]) =>
      change.topic === "folder" && sharing.has(accountId) ? [change.id] : [],
    );
    await writeChanges(rows, await receivedChanges(rows.write, folderIds));
  }
}

const objectOf = (change: AccountChange): number => ("id" in change ? change.id : 0);

/** Returns the changes of accounts that share folders. */
async function writeChanges(rows: TransactionRows, changes: readonly ChangeOfAccount[]): Promise<Set<string>> {
  const sharing = new Set<string>();
  for (const part of partsOf(changes)) {
    const written = await writeSome(rows, part);
    for (const [accountId, each] of Map.groupBy(written, ({ account_id: id }) => id)) {
      if (each.some(({ is_sharing: isSharing }) => isSharing === 1)) sharing.add(accountId);
      await thin(rows, accountId, { last: Math.max(...each.map(({ number }) => number)), added: each.length });
    }
  }
  return sharing;
}

interface WrittenChange {
  account_id: string;
  number: number;
  is_sharing: number;
}

/** All of a portion at once, since numbers continue from the last one. Rows of nulls belong to no account. */
const insertion: PreparedWrite<WrittenChange> = {
  name: "note-changes",
  most: 256,
  build: (db, rowCount) =>
    sql<WrittenChange>`
    with given(account_id, topic, object, place) as (${placeholderRows(["text", "text", "bigint", "bigint"], rowCount)})
    insert into changes (account_id, topic, object, number)
    select accounts.id, given.topic, given.object, given.place
      + coalesce((select max(number) from changes as latest where latest.account_id = accounts.id), 0)
    from given join accounts on accounts.id = given.account_id where true
    on conflict (account_id, topic, object) do update set number = excluded.number
    returning account_id, number, case when topic = 'folder'
      and exists (select 1 from folder_shares where owner_id = changes.account_id) then 1 else 0 end as is_sharing`.compile(
      db,
    ),
};

async function writeSome(rows: TransactionRows, changes: readonly ChangeOfAccount[]): Promise<WrittenChange[]> {
  const places = new Map<string, number>();
  const given = changes.map(([accountId, change]) => {
    const place = (places.get(accountId) ?? 0) + 1;
    places.set(accountId, place);
    return [accountId, change.topic, objectOf(change), place] as const;
  });
  return rows.writePrepared(insertion, given);
}

async function thin(
  { write }: TransactionRows,
  accountId: string,
  { last, added }: { last: number; added: number },
): Promise<void> {
  if (Math.floor(last / THINNED_EVERY) === Math.floor((last - added) / THINNED_EVERY)) return;
  await write
    .deleteFrom("changes")
    .where("account_id", "=", accountId)
    .where("number", "<=", last - CHANGES_KEPT)
    .execute();
}
