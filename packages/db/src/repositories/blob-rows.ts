import type { Blob, BlobRepository, NewBlob } from "@consigne/core";
import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import { toDate, toDateOrUndefined, toInstant, toInstantOrNull } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { BlobsTable, Tables } from "../tables.ts";
import { checksumColumn, toWhirlpool } from "./checksum-column.ts";
import { inBatches, padded, partsOf, readParts, ROWS_PER_INSERT } from "./batches.ts";
import { valueRows } from "./value-rows.ts";

const ONLY_STORE = "files";

export class BlobRows implements BlobRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<Blob | undefined> {
    const row = await this.#rows.read.selectFrom("blobs").selectAll().where("key", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toBlob(row);
  }

  async findByKeys(keys: readonly string[]): Promise<Blob[]> {
    const { read } = this.#rows;
    const rows = await readParts(keys, (some) =>
      read.selectFrom("blobs").selectAll().where("bytes_key", "in", some).execute(),
    );
    return rows.map(toBlob);
  }

  async findByIdentities(identities: readonly Pick<Blob, "whirlpool" | "sizeBytes">[]): Promise<Blob[]> {
    const { read } = this.#rows;
    const sizes = new Map(identities.map(({ whirlpool, sizeBytes }) => [`${whirlpool} ${sizeBytes}`, sizeBytes]));
    // Only by the checksum; the size is nearly always the wanted one.
    const rows = await readParts(
      identities.flatMap(({ whirlpool }) => whirlpool ?? []),
      (some) => read.selectFrom("blobs").selectAll().where("whirlpool", "in", some).execute(),
    );
    return rows.filter((row) => sizes.has(`${row.whirlpool} ${row.size_bytes}`)).map(toBlob);
  }

  async createMany(blobs: readonly NewBlob[]): Promise<void> {
    if (blobs.length === 0) return;
    await this.#rows.atomically(async ({ write }) => {
      for (const part of partsOf(blobs, ROWS_PER_INSERT)) {
        const rows = part.map((blob) => ({
          key: blob.id,
          bytes_key: blob.key,
          whirlpool: checksumColumn(blob),
          size_bytes: blob.sizeBytes,
          created_at: toInstant(blob.createdAt),
          damaged_at: toInstantOrNull(blob.damagedAt),
        }));
        await write
          .insertInto("blobs")
          .values((eb) => rows.map((row) => ({ ...row, blocked_at: blockOf(eb, row) })))
          .execute();
      }
    });
  }

  async replaceKeys(replacements: readonly Pick<Blob, "id" | "key">[]): Promise<void> {
    if (replacements.length === 0) return;
    await this.#rows.atomically(async ({ write }) => {
      for (const part of partsOf(replacements)) {
        const given = valueRows(
          ["text", "text"],
          padded(part).map(({ id, key }) => [id, key]),
        );
        await sql`
          with given(id, bytes_key) as (${given})
          update blobs set bytes_key = given.bytes_key, damaged_at = null from given where blobs.key = given.id`.execute(
          write,
        );
      }
    });
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

  async setWhirlpool(id: string, whirlpool: string): Promise<boolean> {
    const { read, write } = this.#rows;
    const row = await read.selectFrom("blobs").select("size_bytes").where("key", "=", id).executeTakeFirst();
    if (row === undefined) return false;
    const changed = await write
      .updateTable("blobs")
      .set((eb) => ({ whirlpool, blocked_at: blockOf(eb, { whirlpool, size_bytes: row.size_bytes }) }))
      .where("key", "=", id)
      .where("whirlpool", "=", checksumColumn({ id, whirlpool: undefined }))
      .executeTakeFirst();
    return changed.numUpdatedRows > 0n;
  }

  async moveReferences(fromId: string, toId: string, limit: number): Promise<number> {
    const { write } = this.#rows;
    let moved = 0;
    for (const table of ["files", "trash_files", "file_versions"] as const) {
      const some = write
        .selectFrom(table)
        .select("id")
        .where("blob_key", "=", fromId)
        .limit(limit - moved);
      const changed = await write
        .updateTable(table)
        .set({ blob_key: toId })
        .where("id", "in", some as never)
        .executeTakeFirst();
      moved += Number(changed.numUpdatedRows);
      if (moved >= limit) return moved;
    }
    return moved;
  }

  async noteMerged(id: string, intoId: string, now: Date): Promise<void> {
    await this.#rows.write
      .insertInto("merged_contents")
      .values({ id, into_id: intoId, merged_at: toInstant(now) })
      .execute();
  }

  async isMerged(id: string, intoId: string): Promise<boolean> {
    const { read } = this.#rows;
    const found = read.selectFrom("merged_contents").select("id").where("id", "=", id).where("into_id", "=", intoId);
    return (await found.executeTakeFirst()) !== undefined;
  }

  async forgetMergedBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    const old = write.selectFrom("merged_contents").select("id").where("merged_at", "<", toInstant(time));
    return inBatches((limit) =>
      write.deleteFrom("merged_contents").where("id", "in", old.limit(limit)).executeTakeFirst(),
    );
  }

  async countDamaged(most: number): Promise<number> {
    const damaged = this.#rows.read.selectFrom("blobs").select("key").where("damaged_at", "is not", null).limit(most);
    return (await damaged.execute()).length;
  }

  /** Each part in one statement, so that no file can start to refer to a row between check and removal. */
  async removeUnreferenced(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    return this.#rows.atomically(async ({ write }) => {
      const removed = await readParts(ids, (some) =>
        write
          .deleteFrom("blobs")
          .where("key", "in", some)
          .where(isUnreferenced)
          .returning(["key", "bytes_key"])
          .execute(),
      );
      await readParts(
        removed.map(({ key }) => key),
        async (some) => {
          await write.deleteFrom("content_leaves").where("content_id", "in", some).execute();
          return [];
        },
      );
      return removed.map((row) => row.bytes_key);
    });
  }

  async listReferenced(ids: readonly string[]): Promise<string[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      read.selectFrom("blobs").select("key").where("key", "in", some).where(isReferenced).execute(),
    );
    return rows.map((row) => row.key);
  }

  async listPage(afterId: string | undefined, limit: number): Promise<Blob[]> {
    let query = this.#rows.read.selectFrom("blobs").selectAll().orderBy("key").limit(limit);
    if (afterId !== undefined) query = query.where("key", ">", afterId);
    const rows = await query.execute();
    return rows.map(toBlob);
  }

  async findStoreId(): Promise<string | undefined> {
    const { read } = this.#rows;
    return (await read.selectFrom("byte_stores").select("id").where("role", "=", ONLY_STORE).executeTakeFirst())?.id;
  }

  async setStoreId(id: string): Promise<void> {
    await this.#rows.write
      .insertInto("byte_stores")
      .values({ role: ONLY_STORE, id })
      .onConflict((conflict) => conflict.column("role").doUpdateSet({ id }))
      .execute();
  }

  async listFileIds(id: string, limit: number): Promise<string[]> {
    const { read } = this.#rows;
    const idsIn = (table: "files" | "trash_files") =>
      read.selectFrom(table).select("id").where("blob_key", "=", id).orderBy("id").limit(limit).execute();
    const ofVersions = await read
      .selectFrom("file_versions")
      .select("file_id as id")
      .where("blob_key", "=", id)
      .where("is_ended", "=", 0)
      .orderBy("file_versions.id")
      .limit(limit)
      .execute();
    const rows = [...(await idsIn("files")), ...(await idsIn("trash_files")), ...ofVersions];
    return [...new Set(rows.map((row) => row.id))].slice(0, limit);
  }
}

/**
 * New bytes of a blocked content are blocked too, whoever uploads them. Until a checksum is known, every content with
 * the size of a blocked one may be it.
 */
function blockOf({ selectFrom }: ExpressionBuilder<Tables, "blobs">, row: { whirlpool: string; size_bytes: number }) {
  const ofSize = selectFrom("content_blocks")
    .select(({ fn }) => fn.min("content_blocks.blocked_at").as("blocked_at"))
    .where("content_blocks.size_bytes", "=", row.size_bytes);
  const isKnown = toWhirlpool(row.whirlpool) !== undefined;
  return isKnown ? ofSize.where("content_blocks.whirlpool", "=", row.whirlpool) : ofSize;
}

/** Referenced by a file, wherever it is, or by an older version of one. */
function isReferenced({ or, exists, selectFrom }: ExpressionBuilder<Tables, "blobs">) {
  return or([
    exists(selectFrom("files").select("files.id").whereRef("files.blob_key", "=", "blobs.key")),
    exists(selectFrom("trash_files").select("trash_files.id").whereRef("trash_files.blob_key", "=", "blobs.key")),
    exists(selectFrom("file_versions").select("file_versions.id").whereRef("file_versions.blob_key", "=", "blobs.key")),
  ]);
}

function isUnreferenced(eb: ExpressionBuilder<Tables, "blobs">) {
  return eb.not(isReferenced(eb));
}

function toBlob(row: Selectable<BlobsTable>): Blob {
  return {
    id: row.key,
    key: row.bytes_key,
    whirlpool: toWhirlpool(row.whirlpool),
    sizeBytes: row.size_bytes,
    createdAt: toDate(row.created_at),
    damagedAt: toDateOrUndefined(row.damaged_at),
    hasLeaves: row.has_leaves === 1,
  };
}
