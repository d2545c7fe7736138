import type { FloodLock, FloodLockRepository, LockPosition } from "@consigne/core";
import type { Selectable } from "kysely";
import { toDate, toDateOrUndefined, toInstant, toInstantOrNull } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import type { FloodLocksTable } from "../tables.ts";
import { inBatches } from "./batches.ts";

export class FloodLockRows implements FloodLockRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async listActive(now: Date, after: LockPosition | undefined, limit: number): Promise<FloodLock[]> {
    let query = this.#rows.read
      .selectFrom("flood_locks")
      .selectAll()
      .where("released_at", "is", null)
      .orderBy("locked_until")
      .orderBy("id")
      .limit(Math.min(limit, ROWS_PER_STATEMENT));
    if (after === undefined) query = query.where("locked_until", ">", toInstant(now));
    else {
      const position = [toInstant(after.lockedUntil), after.id] as const;
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple("locked_until", "id"), ">", tuple(...position)));
    }
    return (await query.execute()).map(toFloodLock);
  }

  async findLast(now: Date): Promise<FloodLock | undefined> {
    const row = await this.#rows.read
      .selectFrom("flood_locks")
      .selectAll()
      .where("released_at", "is", null)
      .where("locked_until", ">", toInstant(now))
      .orderBy("locked_until", "desc")
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : toFloodLock(row);
  }

  async listRecent(kind: FloodLock["kind"], subject: string, since: Date): Promise<FloodLock[]> {
    const rows = await this.#rows.read
      .selectFrom("flood_locks")
      .selectAll()
      .where("kind", "=", kind)
      .where("subject", "=", subject)
      .where("locked_at", ">=", toInstant(since))
      .orderBy("locked_at", "desc")
      .orderBy("id", "desc")
      .execute();
    return rows.map(toFloodLock);
  }

  async create(lock: FloodLock): Promise<void> {
    await this.#rows.write
      .insertInto("flood_locks")
      .values({
        id: lock.id,
        kind: lock.kind,
        subject: lock.subject,
        reason: lock.reason,
        locked_at: toInstant(lock.lockedAt),
        locked_until: toInstant(lock.lockedUntil),
        released_at: toInstantOrNull(lock.releasedAt),
      })
      .execute();
  }

  async release(id: string, releasedAt: Date): Promise<FloodLock | undefined> {
    const released = await this.#rows.write
      .updateTable("flood_locks")
      .set({ released_at: toInstant(releasedAt) })
      .where("id", "=", id)
      .where("released_at", "is", null)
      .returningAll()
      .executeTakeFirst();
    return released === undefined ? undefined : toFloodLock(released);
  }

  async reschedule(id: string, lockedAt: Date, lockedUntil: Date): Promise<void> {
    await this.#rows.write
      .updateTable("flood_locks")
      .set({ locked_at: toInstant(lockedAt), locked_until: toInstant(lockedUntil) })
      .where("id", "=", id)
      .execute();
  }

  async removeEndedBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    // One after the other: no index serves both conditions.
    const remove = (end: "locked_until" | "released_at") => {
      const ended = write.selectFrom("flood_locks").select("id").where(end, "<", toInstant(time));
      return inBatches((limit) =>
        write.deleteFrom("flood_locks").where("id", "in", ended.limit(limit)).executeTakeFirst(),
      );
    };
    return (await remove("locked_until")) + (await remove("released_at"));
  }
}

function toFloodLock(row: Selectable<FloodLocksTable>): FloodLock {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    reason: row.reason,
    lockedAt: toDate(row.locked_at),
    lockedUntil: toDate(row.locked_until),
    releasedAt: toDateOrUndefined(row.released_at),
  };
}
