import type { Blob, BlobRepository } from "@consigne/core";
import type { ExpressionBuilder, Selectable } from "kysely";
import { toDate, toDateOrUndefined, toInstant, toInstantOrNull } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { BlobsTable, Tables } from "../tables.ts";

export class BlobRows implements BlobRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<Blob | undefined> {
    const row = await this.#rows.read.selectFrom("blobs").selectAll().where("key", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toBlob(row);
  }

  async findByKey(key: string): Promise<Blob | undefined> {
    const row = await this.#rows.read.selectFrom("blobs").selectAll().where("bytes_key", "=", key).executeTakeFirst();
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
        key: blob.id,
        bytes_key: blob.key,
        whirlpool: blob.whirlpool,
        size_bytes: blob.sizeBytes,
        created_at: toInstant(blob.createdAt),
        damaged_at: toInstantOrNull(blob.damagedAt),
      })
      .execute();
  }

  async replaceKey(id: string, newKey: string): Promise<void> {
    await this.#rows.write
      .updateTable("blobs")
      .set({ bytes_key: newKey, damaged_at: null })
      .where("key", "=", id)
      .execute();
  }

  async setDamaged(id: string, key: string, damagedAt: Date | undefined): Promise<boolean> {
    const changed = await this.#rows.write
      .updateTable("blobs")
      .set({ damaged_at: toInstantOrNull(damagedAt) })
      .where("key", "=", id)
      .where("bytes_key", "=", key)
      .executeTakeFirst();
    return changed.numUpdatedRows > 0n;
  }

  /** One statement, so that no file can come to refer to the row between the look and the removal. */
  async removeIfUnreferenced(id: string): Promise<string | undefined> {
    const removed = await this.#rows.write
      .deleteFrom("blobs")
      .where("key", "=", id)
      .where(isUnreferenced)
      .returning("bytes_key")
      .executeTakeFirst();
    return removed?.bytes_key;
  }

  async listPage(afterId: string | undefined, limit: number): Promise<Blob[]> {
    let query = this.#rows.read.selectFrom("blobs").selectAll().orderBy("key").limit(limit);
    if (afterId !== undefined) query = query.where("key", ">", afterId);
    const rows = await query.execute();
    return rows.map(toBlob);
  }

  async listFileIds(id: string, limit: number): Promise<string[]> {
    const rows = await this.#rows.read
      .selectFrom("files")
      .select("id")
      .where("blob_key", "=", id)
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
    id: row.key,
    key: row.bytes_key,
    whirlpool: row.whirlpool,
    sizeBytes: row.size_bytes,
    createdAt: toDate(row.created_at),
    damagedAt: toDateOrUndefined(row.damaged_at),
  };
}
