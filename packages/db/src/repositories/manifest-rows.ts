import type { ManifestRepository } from "@consigne/core";
import type { RowSource } from "../row-source.ts";

export class ManifestRows implements ManifestRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async set(contentId: string, place: number, digests: Uint8Array): Promise<void> {
    const row = { content_id: contentId, place, digests: Buffer.from(digests).toString("base64") };
    await this.#rows.write
      .insertInto("content_leaves")
      .values(row)
      .onConflict((conflict) => conflict.columns(["content_id", "place"]).doUpdateSet({ digests: row.digests }))
      .execute();
  }

  async find(contentId: string, place: number): Promise<Uint8Array | undefined> {
    const row = await this.#rows.read
      .selectFrom("content_leaves")
      .select("digests")
      .where("content_id", "=", contentId)
      .where("place", "=", place)
      .executeTakeFirst();
    return row === undefined ? undefined : Buffer.from(row.digests, "base64");
  }

  async setComplete(contentId: string, isComplete: boolean): Promise<void> {
    await this.#rows.write
      .updateTable("blobs")
      .set({ has_leaves: isComplete ? 1 : 0 })
      .where("key", "=", contentId)
      .execute();
  }
}
