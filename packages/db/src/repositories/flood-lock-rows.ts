import type { FloodLock, FloodLockRepository } from "@consigne/core";
import type { Selectable } from "kysely";
import { toDate, toDateOrUndefined, toInstant, toInstantOrNull } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { FloodLocksTable } from "../tables.ts";

export class FloodLockRows implements FloodLockRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async listActive(now: Date): Promise<FloodLock[]> {
    const rows = await this.#rows.read
      .selectFrom("flood_locks")
      .selectAll()
      .where("locked_until", ">", toInstant(now))
      .where("released_at", "is", null)
      .orderBy("locked_until")
      .execute();
    return rows.map(toFloodLock);
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
        rule_number: lock.ruleNumber,
        locked_at: toInstant(lock.lockedAt),
        locked_until: toInstant(lock.lockedUntil),
        released_at: toInstantOrNull(lock.releasedAt),
      })
      .execute();
  }

  async release(id: string, releasedAt: Date): Promise<boolean> {
    const released = await this.#rows.write
      .updateTable("flood_locks")
      .set({ released_at: toInstant(releasedAt) })
      .where("id", "=", id)
      .where("released_at", "is", null)
      .executeTakeFirst();
    return released.numUpdatedRows > 0n;
  }

  async removeEndedBefore(time: Date): Promise<number> {
    const removed = await this.#rows.write
      .deleteFrom("flood_locks")
      .where(({ or, eb }) => or([eb("locked_until", "<", toInstant(time)), eb("released_at", "<", toInstant(time))]))
      .executeTakeFirst();
    return Number(removed.numDeletedRows);
  }
}

function toFloodLock(row: Selectable<FloodLocksTable>): FloodLock {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    ruleNumber: row.rule_number,
    lockedAt: toDate(row.locked_at),
    lockedUntil: toDate(row.locked_until),
    releasedAt: toDateOrUndefined(row.released_at),
  };
}
