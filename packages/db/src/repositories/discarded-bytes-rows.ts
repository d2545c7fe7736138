import type { DiscardedBytesRepository } from "@consigne/core";
import { toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";

export class DiscardedBytesRows implements DiscardedBytesRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async add(keys: readonly string[], now: Date): Promise<void> {
    for (const key of keys) {
      await this.#rows.write
        .insertInto("discarded_bytes")
        .values({ key, discarded_at: toInstant(now) })
        .execute();
    }
  }

  async list(afterKey: string | undefined, limit: number): Promise<string[]> {
    let query = this.#rows.read.selectFrom("discarded_bytes").select("key").orderBy("key").limit(limit);
    if (afterKey !== undefined) query = query.where("key", ">", afterKey);
    const rows = await query.execute();
    return rows.map((row) => row.key);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#rows.write.deleteFrom("discarded_bytes").where("key", "=", key).execute();
  }
}
