import type { MailedToken, MailedTokenEnd, MailedTokenPurpose, MailedTokenRepository } from "@consigne/core";
import type { Selectable, SelectQueryBuilder } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { MailedTokensTable, Tables } from "../tables.ts";
import { inBatches } from "./batches.ts";

export class MailedTokenRows implements MailedTokenRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findByHash(hash: string): Promise<MailedToken | undefined> {
    const { read } = this.#rows;
    const row = await read.selectFrom("mailed_tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
    return row === undefined ? undefined : toMailedToken(row);
  }

  async countSince(accountId: string, purpose: MailedTokenPurpose, since: Date): Promise<number> {
    const { count } = await this.#rows.read
      .selectFrom("mailed_tokens")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("account_id", "=", accountId)
      .where("purpose", "=", purpose)
      .where("created_at", ">=", toInstant(since))
      .executeTakeFirstOrThrow();
    return count;
  }

  async issue(token: MailedToken): Promise<void> {
    const { write } = this.#rows;
    await write.deleteFrom("mailed_tokens").where("id", "=", token.id).execute();
    await write
      .updateTable("mailed_tokens")
      .set({ ended_as: "replaced", ended_at: toInstant(token.createdAt) })
      .where("account_id", "=", token.accountId)
      .where("purpose", "=", token.purpose)
      .where("ended_at", "is", null)
      .execute();
    await write
      .insertInto("mailed_tokens")
      .values({
        id: token.id,
        hash: token.hash,
        purpose: token.purpose,
        account_id: token.accountId,
        email: token.email ?? null,
        created_at: toInstant(token.createdAt),
        ends_at: toInstant(token.endsAt),
        ended_as: token.ended?.as ?? null,
        ended_at: token.ended === undefined ? null : toInstant(token.ended.at),
      })
      .execute();
  }

  async end(id: string, as: MailedTokenEnd, at: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.#rows.write
      .updateTable("mailed_tokens")
      .set({ ended_as: as, ended_at: toInstant(at) })
      .where("id", "=", id)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0;
  }

  async endByAccount(accountId: string, as: MailedTokenEnd, at: Date): Promise<number> {
    const { numUpdatedRows } = await this.#rows.write
      .updateTable("mailed_tokens")
      .set({ ended_as: as, ended_at: toInstant(at) })
      .where("account_id", "=", accountId)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async removeByAccount(accountId: string): Promise<number> {
    return this.#removeWhere((tokens) => tokens.where("account_id", "=", accountId));
  }

  async removeEndingBefore(time: Date): Promise<number> {
    return this.#removeWhere((tokens) => tokens.where("ends_at", "<", toInstant(time)));
  }

  async #removeWhere(which: (tokens: TokenQuery) => TokenQuery): Promise<number> {
    const { write } = this.#rows;
    return inBatches((limit) =>
      write
        .deleteFrom("mailed_tokens")
        .where("id", "in", which(write.selectFrom("mailed_tokens").select("id")).limit(limit))
        .executeTakeFirst(),
    );
  }
}

type TokenQuery = SelectQueryBuilder<Tables, "mailed_tokens", { id: string }>;

function toMailedToken(row: Selectable<MailedTokensTable>): MailedToken {
  const ended =
    row.ended_as === null || row.ended_at === null ? undefined : { as: row.ended_as, at: toDate(row.ended_at) };
  return {
    id: row.id,
    hash: row.hash,
    purpose: row.purpose,
    accountId: row.account_id,
    email: row.email ?? undefined,
    createdAt: toDate(row.created_at),
    endsAt: toDate(row.ends_at),
    ended,
  };
}
