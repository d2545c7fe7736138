import {
  type Account,
  type EndedSession,
  MOST_ENDED_SESSIONS,
  type Session,
  type SessionEnding,
  type SessionRepository,
} from "@consigne/core";
import type { CompiledQuery, Kysely, Selectable, SelectQueryBuilder } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { PreparedRead, RowSource } from "../row-source.ts";
import type { EndedSessionsTable, SessionsTable, Tables } from "../tables.ts";
import { accountColumns, accountOfJoin } from "./account-columns.ts";
import { inBatches, partsOf, ROWS_PER_INSERT } from "./batches.ts";

export class SessionRows implements SessionRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<Session | undefined> {
    const [session] = await this.#rows.readPrepared(sessionById, [id]);
    return session;
  }

  async findWithAccountByHash(hash: string): Promise<{ session: Session; account: Account } | undefined> {
    const [found] = await this.#rows.readPrepared(sessionWithAccount, [hash]);
    return found;
  }

  async listByAccount(accountId: string, limit: number): Promise<Session[]> {
    const rows = await this.#rows.read
      .selectFrom("sessions")
      .selectAll()
      .where("account_id", "=", accountId)
      .orderBy("last_used_at", "desc")
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toSession);
  }

  async create(session: Session): Promise<void> {
    await this.#rows.write
      .insertInto("sessions")
      .values({
        id: session.id,
        account_id: session.accountId,
        hash: session.hash,
        life: session.life,
        proved_at: toInstant(session.provedAt),
        created_at: toInstant(session.createdAt),
        last_used_at: toInstant(session.lastUsedAt),
        ends_at: toInstant(session.endsAt),
        address: session.address,
        bound_address: session.boundAddress ?? null,
        user_agent: session.userAgent,
      })
      .execute();
  }

  async noteUse(id: string, use: Pick<Session, "lastUsedAt" | "endsAt" | "address">): Promise<void> {
    const row = { last_used_at: toInstant(use.lastUsedAt), ends_at: toInstant(use.endsAt), address: use.address };
    await this.#rows.write.updateTable("sessions").set(row).where("id", "=", id).execute();
  }

  async prove({ id, accountId }: Pick<Session, "id" | "accountId">, at: Date): Promise<void> {
    await this.#rows.write
      .updateTable("sessions")
      .set({ proved_at: toInstant(at) })
      .where("id", "=", id)
      .where("account_id", "=", accountId)
      .execute();
  }

  async remove(id: string, ending?: SessionEnding): Promise<boolean> {
    return (await this.#removeWhere((sessions) => sessions.where("id", "=", id), ending)) > 0;
  }

  async removeByAccount(
    accountId: string,
    { ending, but }: { ending: SessionEnding; but?: string | undefined },
  ): Promise<number> {
    return this.#removeWhere((sessions) => {
      const theirs = sessions.where("account_id", "=", accountId);
      return but === undefined ? theirs : theirs.where("id", "!=", but);
    }, ending);
  }

  async removeAllButLatest(accountId: string, most: number, at: Date): Promise<number> {
    const { read } = this.#rows;
    const first = await read
      .selectFrom("sessions")
      .select(["last_used_at", "id"])
      .where("account_id", "=", accountId)
      .orderBy("last_used_at", "desc")
      .orderBy("id", "desc")
      .offset(most)
      .limit(1)
      .executeTakeFirst();
    if (first === undefined) return 0;
    const position = [first.last_used_at, first.id] as const;
    return this.#removeWhere(
      (sessions) =>
        sessions
          .where("account_id", "=", accountId)
          .where(({ eb, refTuple, tuple }) => eb(refTuple("last_used_at", "id"), "<=", tuple(...position))),
      { as: "replaced", at },
    );
  }

  async removeExpired({ now, latest }: { now: Date; latest: Date }): Promise<number> {
    const ending = { as: "expired", at: now } as const;
    const over = await this.#removeWhere((sessions) => sessions.where("ends_at", "<=", toInstant(now)), ending);
    return over + (await this.#removeWhere((sessions) => sessions.where("ends_at", ">", toInstant(latest)), ending));
  }

  async findEndedByHash(hash: string): Promise<EndedSession | undefined> {
    const row = await this.#rows.read
      .selectFrom("ended_sessions")
      .selectAll()
      .where("hash", "=", hash)
      .executeTakeFirst();
    return row === undefined ? undefined : toEndedSession(row);
  }

  async forgetEndedBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    return inBatches((limit) => {
      const some = write
        .selectFrom("ended_sessions")
        .select("hash")
        .where("ended_at", "<", toInstant(time))
        .limit(limit);
      return write.deleteFrom("ended_sessions").where("hash", "in", some).executeTakeFirst();
    });
  }

  async forgetByAccount(accountId: string): Promise<void> {
    await this.#removeWhere((sessions) => sessions.where("account_id", "=", accountId));
    await this.#rows.write.deleteFrom("ended_sessions").where("account_id", "=", accountId).execute();
  }

  async #removeWhere(which: (sessions: SessionQuery) => SessionQuery, ending?: SessionEnding): Promise<number> {
    const { write } = this.#rows;
    return inBatches(async (limit) => {
      const removed = await write
        .deleteFrom("sessions")
        .where("id", "in", which(write.selectFrom("sessions").select("id")).limit(limit))
        .returning(["hash", "account_id", "life", "created_at", "ends_at"])
        .execute();
      if (ending !== undefined) await this.#noteEnds(removed, ending);
      return { numDeletedRows: BigInt(removed.length) };
    });
  }

  async #noteEnds(removed: readonly RemovedRow[], { as, at }: SessionEnding): Promise<void> {
    const { write } = this.#rows;
    const end = { ended_as: as, ended_at: toInstant(at) };
    for (const some of partsOf(removed, ROWS_PER_INSERT)) {
      const rows = some.map((row) => ({ ...row, ...end }));
      await write
        .insertInto("ended_sessions")
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    // Expired ones are few, and are removed individually.
    if (as === "expired") return;
    for (const accountId of new Set(removed.map((row) => row.account_id))) await this.#forgetSurplus(accountId);
  }

  async #forgetSurplus(accountId: string): Promise<void> {
    const first = await this.#rows.read
      .selectFrom("ended_sessions")
      .select(["ended_at", "hash"])
      .where("account_id", "=", accountId)
      .orderBy("ended_at", "desc")
      .orderBy("hash", "desc")
      .offset(MOST_ENDED_SESSIONS)
      .limit(1)
      .executeTakeFirst();
    if (first === undefined) return;
    const position = [first.ended_at, first.hash] as const;
    await this.#rows.write
      .deleteFrom("ended_sessions")
      .where("account_id", "=", accountId)
      .where(({ eb, refTuple, tuple }) => eb(refTuple("ended_at", "hash"), "<=", tuple(...position)))
      .execute();
  }
}

type RemovedRow = Pick<Selectable<SessionsTable>, "hash" | "account_id" | "life" | "created_at" | "ends_at">;

type SessionQuery = SelectQueryBuilder<Tables, "sessions", { id: string }>;

function compileWithAccount(db: Kysely<Tables>) {
  return db
    .selectFrom("sessions")
    .innerJoin("accounts", "accounts.id", "sessions.account_id")
    .innerJoin("folders", (join) =>
      join.onRef("folders.account_id", "=", "accounts.id").on("folders.parent_id", "is", null),
    )
    .selectAll("sessions")
    .select(accountColumns)
    .where("sessions.hash", "=", "")
    .compile();
}

type SessionWithAccountRow = ReturnType<typeof compileWithAccount> extends CompiledQuery<infer Row> ? Row : never;

const sessionWithAccount: PreparedRead<SessionWithAccountRow, { session: Session; account: Account }> = {
  name: "session-with-account",
  build: compileWithAccount,
  toEntity: (row) => ({
    session: Object.freeze(toSession(row)),
    account: Object.freeze(accountOfJoin(row)),
  }),
};

const sessionById: PreparedRead<Selectable<SessionsTable>, Session> = {
  name: "session-by-id",
  build: (db) => db.selectFrom("sessions").selectAll().where("id", "=", "").compile(),
  toEntity: toSession,
};

function toEndedSession(row: Selectable<EndedSessionsTable>): EndedSession {
  return {
    hash: row.hash,
    life: row.life,
    createdAt: toDate(row.created_at),
    endsAt: toDate(row.ends_at),
    ended: { as: row.ended_as, at: toDate(row.ended_at) },
  };
}

function toSession(row: Selectable<SessionsTable>): Session {
  return {
    id: row.id,
    accountId: row.account_id,
    hash: row.hash,
    life: row.life,
    provedAt: toDate(row.proved_at),
    createdAt: toDate(row.created_at),
    lastUsedAt: toDate(row.last_used_at),
    endsAt: toDate(row.ends_at),
    address: row.address,
    boundAddress: row.bound_address ?? undefined,
    userAgent: row.user_agent,
  };
}
