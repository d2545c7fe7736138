import type { ReportBounds, ReportHolder, UploadReport, UploadRepository, UploadSession } from "@consigne/core";
import { type Expression, type ExpressionBuilder, type SqlBool } from "kysely";
import { parseJson, toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import { inBatches, padded } from "./batches.ts";

export class UploadRows implements UploadRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<UploadSession | undefined> {
    const row = await this.#rows.read.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      id: row.id,
      state: row.state,
      report: row.report === null ? undefined : parseJson<UploadReport>(row.report),
      createdAt: toDate(row.created_at),
      expiresAt: toDate(row.expires_at),
    };
  }

  async create(session: UploadSession): Promise<void> {
    await this.#rows.write
      .insertInto("uploads")
      .values({
        id: session.id,
        state: session.state,
        report: session.report === undefined ? null : JSON.stringify(session.report),
        created_at: toInstant(session.createdAt),
        expires_at: toInstant(session.expiresAt),
      })
      .execute();
  }

  async claim(id: string, now: Date, expiresAt: Date): Promise<boolean> {
    const expiry = toInstant(expiresAt);
    const claimed = await this.#rows.write
      .insertInto("uploads")
      .values({ id, state: "receiving", report: null, created_at: toInstant(now), expires_at: expiry })
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet({ state: "receiving", expires_at: expiry })
          .where("uploads.state", "=", "offered"),
      )
      .executeTakeFirst();
    return claimed.numInsertedOrUpdatedRows === 1n;
  }

  async release(id: string): Promise<void> {
    await this.#rows.write.deleteFrom("uploads").where("id", "=", id).where("state", "=", "receiving").execute();
  }

  /**
   * Works even if the row was swept as expired during a very long upload: the files are stored, so the report must not
   * be lost. The creation time of such a row is its expiry, the only instant known.
   */
  async finish(id: string, report: UploadReport, expiresAt: Date, holder: ReportHolder): Promise<void> {
    const expiry = toInstant(expiresAt);
    const text = JSON.stringify(report);
    const outcome = {
      state: "finished",
      report: text,
      expires_at: expiry,
      account_id: "accountId" in holder ? holder.accountId : null,
      network: "network" in holder ? holder.network : null,
      report_bytes: Buffer.byteLength(text),
    } as const;
    await this.#rows.write
      .insertInto("uploads")
      .values({ id, created_at: expiry, ...outcome })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(outcome))
      .execute();
  }

  async removeOldestReports(whose: ReportHolder | "all guests", bounds: ReportBounds): Promise<number> {
    const { write } = this.#rows;
    const held = write.selectFrom("uploads").where(ofHolder(whose)).where("report_bytes", ">", 0);
    const { count, bytes } = await held
      .select(({ fn }) => [fn.countAll().as("count"), fn.sum("report_bytes").as("bytes")])
      .executeTakeFirstOrThrow();
    const left = { count: Number(count), bytes: Number(bytes ?? 0) };
    const isOver = () => left.count > 1 && (left.count > bounds.count || left.bytes > bounds.bytes);
    let removed = 0;
    while (isOver()) {
      const oldest = await held
        .select(["id", "report_bytes"])
        .orderBy("expires_at")
        .orderBy("id")
        .limit(ROWS_PER_STATEMENT)
        .execute();
      const leaving: string[] = [];
      for (const { id, report_bytes: size } of oldest) {
        if (!isOver()) break;
        leaving.push(id);
        left.count -= 1;
        left.bytes -= size;
      }
      if (leaving.length === 0) break;
      await write.deleteFrom("uploads").where("id", "in", padded(leaving)).execute();
      removed += leaving.length;
    }
    return removed;
  }

  async expire(id: string, expiresAt: Date): Promise<void> {
    await this.#rows.write
      .updateTable("uploads")
      .set({ expires_at: 0 })
      .where("id", "=", id)
      .where("expires_at", "=", toInstant(expiresAt))
      .execute();
  }

  async removeExpired(now: Date, latestEnd: Date): Promise<number> {
    const { write } = this.#rows;
    const ending = (when: "<=" | ">", instant: Date) =>
      write.selectFrom("uploads").select("id").where("expires_at", when, toInstant(instant));
    const remove = (which: ReturnType<typeof ending>) =>
      inBatches((limit) => write.deleteFrom("uploads").where("id", "in", which.limit(limit)).executeTakeFirst());
    return (await remove(ending("<=", now))) + (await remove(ending(">", latestEnd)));
  }
}

function ofHolder(whose: ReportHolder | "all guests") {
  return (row: ExpressionBuilder<Tables, "uploads">): Expression<SqlBool> => {
    if (whose === "all guests") return row("account_id", "is", null);
    return "accountId" in whose ? row("account_id", "=", whose.accountId) : row("network", "=", whose.network);
  };
}
