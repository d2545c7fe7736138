import type { Blob, BlobRepository } from "@consigne/core";
import type { ExpressionBuilder, Selectable } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { BlobsTable, Tables } from "../tables.ts";

export class BlobRows implements BlobRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findByKey(key: string): Promise<Blob | undefined> {
    const row = await this.#rows.read.selectFrom("blobs").selectAll().where("key", "=", key).executeTakeFirst();
    return row === undefined ? undefined : toBlob(row);
  }

  async findByIdentity(whirlpool: string, sizeBytes: number): Promise<Blob | undefined> {
    const row = await this.#rows.read
      .selectFrom("blobs")
      .selectAll()
      .where("whirlpool", "=", whirlpool)
      .where("size_bytes", "=", sizeBytes)
      .executeTakeFirst();
    return row === undefined ? undefined : toBlob(row);
  }

  async create(blob: Blob): Promise<void> {
    await this.#rows.write
      .insertInto("blobs")
      .values({
        key: blob.key,
        whirlpool: blob.whirlpool,
        size_bytes: blob.sizeBytes,
        created_at: toInstant(blob.createdAt),
      })
      .execute();
  }

  /** The reference from files cascades. */
  async replaceKey(oldKey: string, newKey: string): Promise<void> {
    await this.#rows.write.updateTable("blobs").set({ key: newKey }).where("key", "=", oldKey).execute();
  }

  /** One statement, so that no file can come to refer to a row between the look and the removal. */
  async removeUnreferenced(olderThan: Date, limit: number): Promise<string[]> {
    const removed = await this.#rows.write
      .deleteFrom("blobs")
      .where("key", "in", ({ selectFrom }) =>
        selectFrom("blobs as candidate")
          .select("candidate.key")
          .where("candidate.created_at", "<", toInstant(olderThan))
          .where(({ not, exists, selectFrom: select }) =>
            not(exists(select("files").select("files.id").whereRef("files.blob_key", "=", "candidate.key"))),
          )
          .orderBy("candidate.created_at")
          .orderBy("candidate.key")
          .limit(limit),
      )
      .returning("key")
      .execute();
    return removed.map((row) => row.key);
  }

  async removeIfUnreferenced(key: string): Promise<boolean> {
    const removed = await this.#rows.write
      .deleteFrom("blobs")
      .where("key", "=", key)
      .where(isUnreferenced)
      .executeTakeFirst();
    return removed.numDeletedRows > 0n;
  }

  async listPage(afterKey: string | undefined, limit: number): Promise<Blob[]> {
    let query = this.#rows.read.selectFrom("blobs").selectAll().orderBy("key").limit(limit);
    if (afterKey !== undefined) query = query.where("key", ">", afterKey);
    const rows = await query.execute();
    return rows.map(toBlob);
  }

  async listFileIds(key: string, limit: number): Promise<string[]> {
    const rows = await this.#rows.read
      .selectFrom("files")
      .select("id")
      .where("blob_key", "=", key)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  }
}

function isUnreferenced({ not, exists, selectFrom }: ExpressionBuilder<Tables, "blobs">) {
  return not(exists(selectFrom("files").select("files.id").whereRef("files.blob_key", "=", "blobs.key")));
}

function toBlob(row: Selectable<BlobsTable>): Blob {
  return {
    key: row.key,
    whirlpool: row.whirlpool,
    sizeBytes: row.size_bytes,
    createdAt: toDate(row.created_at),
  };
}
