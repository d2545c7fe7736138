import {
  type AuditPosition,
  type AuditRecord,
  type AuditRepository,
  type NewAuditRecord,
  KEPT_RECORDS,
  OPERATOR_ADDRESS,
} from "@consigne/core";
import { type Expression, type ExpressionBuilder, type Selectable, sql } from "kysely";
import { parseJson, toDate, toInstant } from "../columns.ts";
import type { PreparedWrite, RowSource, TransactionRows } from "../row-source.ts";
import type { AuditRecordsTable, Tables } from "../tables.ts";
import { inBatches } from "./batches.ts";
import { type ColumnType, placeholderRows } from "./value-rows.ts";

/** Stays far below the engines' limits on parameters. */
const RECORDS_PER_INSERT = 100;
/** Counting costs milliseconds; the account that writes most records is the one most often counted. */
const RECORDS_PER_COUNT = 1000;

export class AuditRows implements AuditRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async append(records: readonly AuditRecord[]): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      const trail = new AuditRows(rows);
      for (let start = 0; start < records.length; start += RECORDS_PER_INSERT) {
        const some = records.slice(start, start + RECORDS_PER_INSERT);
        const appended = await (some.every(({ ownerId }) => ownerId === undefined)
          ? appendOwn(rows, some)
          : appendAll(rows, some));
        // The sequence numbers everybody's records, so nothing else has to be stored for this.
        const due = appended.findIndex(({ sequence }) => sequence % RECORDS_PER_COUNT === 0);
        const writer = some[due];
        if (writer !== undefined) await trail.#removeAllBut(KEPT_RECORDS, ofWriter(writer));
      }
    });
  }

  async list({ after, limit, ...filter }: Parameters<AuditRepository["list"]>[0]): Promise<AuditRecord[]> {
    let query = this.#rows.read.selectFrom("audit_records").selectAll();
    if (filter.accountId !== undefined) query = query.where("account_id", "=", filter.accountId);
    if (filter.objectId !== undefined) query = query.where("object_id", "=", filter.objectId);
    if (filter.action !== undefined) query = query.where("action", "=", filter.action);
    if (after !== undefined) query = query.where(isBefore(after));
    const rows = await query.orderBy("at", "desc").orderBy("sequence", "desc").limit(limit).execute();
    return rows.map(toRecord);
  }

  async listOfAccount(...[accountId, page]: Parameters<AuditRepository["listOfAccount"]>): Promise<AuditRecord[]> {
    const { by, apiKeyId, objectId, limit } = page;
    const own = this.#pageOf(page).where("account_id", "=", accountId);
    const ofOwn = objectId === undefined ? own : own.where("object_id", "=", objectId);
    const isByOthers = sql<boolean>`account_id is distinct from ${accountId}`;
    const ofOthers = this.#pageOf(page).where("object_id", "=", accountId).where(isByOthers);
    const owned = this.#pageOf(page).where("owner_id", "=", accountId).where(isByOthers);
    const ofOwned = objectId === undefined ? owned : owned.where("object_id", "=", objectId);
    const hasOthers = by !== "me" && apiKeyId === undefined;
    const parts = [
      ...(by === "others" ? [] : [ofOwn]),
      ...(hasOthers ? [ofOwned] : []),
      ...(hasOthers && (objectId ?? accountId) === accountId ? [ofOthers] : []),
    ];
    const rows = (await Promise.all(parts.map((part) => part.execute()))).flat();
    // Each list comes from its own index; there is none for all of them together.
    return rows
      .toSorted((one, other) => other.at - one.at || other.sequence - one.sequence)
      .slice(0, limit)
      .map(toRecord);
  }

  #pageOf({ apiKeyId, action, since, until, after, limit }: Parameters<AuditRepository["listOfAccount"]>[1]) {
    let query = this.#rows.read.selectFrom("audit_records").selectAll();
    if (apiKeyId !== undefined) query = query.where("api_key_id", "=", apiKeyId);
    if (action !== undefined) query = query.where("action", "=", action);
    if (since !== undefined) query = query.where("at", ">=", toInstant(since));
    if (until !== undefined) query = query.where("at", "<", toInstant(until));
    if (after !== undefined) query = query.where(isBefore(after));
    return query.orderBy("at", "desc").orderBy("sequence", "desc").limit(limit);
  }

  async removeAllBut(newest: number): Promise<number> {
    let total = (await this.#removeAllBut(newest, ofOperator)) + (await this.#removeAllBut(newest, ofGuests));
    for (let id = await this.#accountAfter(""); id !== undefined; id = await this.#accountAfter(id)) {
      total += await this.#removeAllBut(newest, ofAccount(id));
    }
    for (let id = await this.#ownerAfter(""); id !== undefined; id = await this.#ownerAfter(id)) {
      total += await this.#removeAllBut(newest, ofOwner(id));
    }
    return total;
  }

  /** Looked up in the records themselves, which still name accounts that are gone. */
  async #accountAfter(id: string): Promise<string | undefined> {
    const { read } = this.#rows;
    const next = read.selectFrom("audit_records").select("account_id").where("account_id", ">", id);
    return (await next.orderBy("account_id").limit(1).executeTakeFirst())?.account_id ?? undefined;
  }

  async #ownerAfter(id: string): Promise<string | undefined> {
    const { read } = this.#rows;
    const next = read.selectFrom("audit_records").select("owner_id").where("owner_id", ">", id);
    return (await next.orderBy("owner_id").limit(1).executeTakeFirst())?.owner_id ?? undefined;
  }

  async #removeAllBut(newest: number, whose: Expression<boolean>): Promise<number> {
    const { read, write } = this.#rows;
    const last = await read
      .selectFrom("audit_records")
      .select(["at", "sequence"])
      .where(whose)
      .orderBy("at", "desc")
      .orderBy("sequence", "desc")
      .offset(newest)
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return 0;
    const surplus = write
      .selectFrom("audit_records")
      .select("sequence")
      .where(whose)
      .where(({ eb, refTuple, tuple }) => eb(refTuple("at", "sequence"), "<=", tuple(last.at, last.sequence)));
    return inBatches((limit) =>
      write.deleteFrom("audit_records").where("sequence", "in", surplus.limit(limit)).executeTakeFirst(),
    );
  }

  async removeBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    const old = write.selectFrom("audit_records").select("sequence").where("at", "<", toInstant(time));
    return inBatches((limit) =>
      write.deleteFrom("audit_records").where("sequence", "in", old.limit(limit)).executeTakeFirst(),
    );
  }
}

/** Exactly the expression of `audit_records_without_account`: the index does not match anything written differently. */
const ofOperator = sql<boolean>`account_id is null and (address = 'operator') = true`;
const ofGuests = sql<boolean>`account_id is null and (address = 'operator') = false`;

const ofAccount = (id: string) => sql<boolean>`account_id = ${id} and owner_id is null`;
const ofOwner = (id: string) => sql<boolean>`owner_id = ${id}`;

function isBefore({ at: time, id }: AuditPosition): Expression<boolean> {
  const at = toInstant(time);
  return sql<boolean>`(at, sequence) < (${at}, (select sequence from audit_records where at = ${at} and id = ${id}))`;
}

function toRecord(row: Selectable<AuditRecordsTable>): AuditRecord {
  return {
    id: row.id,
    at: toDate(row.at),
    accountId: row.account_id ?? undefined,
    apiKeyId: row.api_key_id ?? undefined,
    address: row.address,
    action: row.action,
    objectId: row.object_id,
    details: parseJson<AuditRecord["details"]>(row.details),
    ...(row.owner_id === null ? {} : { ownerId: row.owner_id }),
    ...(row.owner_email === null ? {} : { ownerEmail: row.owner_email }),
    ...(row.known_as === null ? {} : { knownAs: row.known_as }),
  };
}

function ofWriter({ accountId, ownerId, address }: NewAuditRecord): Expression<boolean> {
  if (ownerId !== undefined) return ofOwner(ownerId);
  if (accountId !== undefined) return ofAccount(accountId);
  return address === OPERATOR_ADDRESS ? ofOperator : ofGuests;
}

interface Appended {
  sequence: number;
}

/** The usual case, what somebody did to their own things, with a statement that stays prepared. */
async function appendOwn(rows: TransactionRows, records: readonly AuditRecord[]): Promise<Appended[]> {
  const given = records.map((record) => {
    const row = toRow(record);
    return ownColumns.map(({ name }) => row[name]);
  });
  return rows.writePrepared(ownInsertion, given);
}

async function appendAll({ write }: TransactionRows, records: readonly AuditRecord[]): Promise<Appended[]> {
  return write
    .insertInto("audit_records")
    .values((eb) => records.map((record) => ({ ...toRow(record), ...addressesOf(eb, record) })))
    .returning("sequence")
    .execute();
}

const ownColumns = [
  { name: "id", type: "text" },
  { name: "at", type: "bigint" },
  { name: "account_id", type: "text" },
  { name: "api_key_id", type: "text" },
  { name: "address", type: "text" },
  { name: "action", type: "text" },
  { name: "object_id", type: "text" },
  { name: "details", type: "text" },
] as const satisfies readonly { name: keyof AuditRecordsTable; type: ColumnType }[];

type OwnColumn = (typeof ownColumns)[number]["name"];

const ownInsertion: PreparedWrite<Appended> = {
  name: "append-own-audit-records",
  most: 128,
  build: (db, rowCount) => {
    const names = sql.join(ownColumns.map(({ name }) => sql.ref(name)));
    const types = ownColumns.map(({ type }) => type);
    return sql<Appended>`
      with given(${names}) as (${placeholderRows(types, rowCount)})
      insert into audit_records (${names}) select * from given where given.id is not null
      returning sequence`.compile(db);
  },
};

/**
 * The addresses the two accounts know of each other at that time. Later changes of an address are not revealed to the
 * other.
 */
function addressesOf(
  { selectFrom, val }: ExpressionBuilder<Tables, "audit_records">,
  { ownerId, accountId = "" }: NewAuditRecord,
) {
  if (ownerId === undefined) return { owner_id: null, owner_email: null, known_as: null };
  const shares = selectFrom("folder_shares").where("owner_id", "=", ownerId).where("account_id", "=", accountId);
  return {
    owner_id: val(ownerId),
    // Somebody who removes a file by its code, for example, is not told whose it was.
    owner_email: selectFrom("accounts")
      .select("accounts.email")
      .where("accounts.id", "=", ownerId)
      .where(({ exists }) => exists(shares.select("folder_shares.folder_id")))
      .$asScalar(),
    known_as: shares.select("folder_shares.email").orderBy("folder_id").limit(1).$asScalar(),
  };
}

function toRow(record: NewAuditRecord): Pick<Selectable<AuditRecordsTable>, OwnColumn> {
  return {
    id: record.id,
    at: toInstant(record.at),
    account_id: record.accountId ?? null,
    api_key_id: record.apiKeyId ?? null,
    address: record.address,
    action: record.action,
    object_id: record.objectId,
    details: JSON.stringify(record.details),
  };
}
