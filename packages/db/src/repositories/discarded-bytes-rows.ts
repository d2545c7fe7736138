import type { DiscardedBytesRepository } from "@consigne/core";
import { toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import { padded, partsOf } from "./batches.ts";

export class DiscardedBytesRows implements DiscardedBytesRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async add(keys: readonly string[], now: Date): Promise<void> {
    if (keys.length === 0) return;
    await this.#rows.atomically(async ({ write }) => {
      for (const part of partsOf(keys)) {
        const rows = part.map((key) => ({ key, discarded_at: toInstant(now) }));
        await write
          .insertInto("discarded_bytes")
          .values(rows)
          .onConflict((conflict) => conflict.column("key").doNothing())
          .execute();
      }
    });
  }

  async list(afterKey: string | undefined, limit: number): Promise<string[]> {
    let query = this.#rows.read.selectFrom("discarded_bytes").select("key").orderBy("key").limit(limit);
    if (afterKey !== undefined) query = query.where("key", ">", afterKey);
    const rows = await query.execute();
    return rows.map((row) => row.key);
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#rows.atomically(async ({ write }) => {
      for (const part of partsOf(keys)) {
        await write.deleteFrom("discarded_bytes").where("key", "in", padded(part)).execute();
      }
    });
  }
}
