import type { BlockId, ContentBlock, ContentBlockRepository } from "@consigne/core";
import type { Kysely, Selectable } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { ContentBlocksTable, Tables } from "../tables.ts";
import { lacksWhirlpool } from "./checksum-column.ts";

type Identity = Pick<ContentBlock, "whirlpool" | "sizeBytes">;

export class ContentBlockRows implements ContentBlockRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async add(block: ContentBlock): Promise<boolean> {
    return this.#rows.atomically(async ({ write }) => {
      const blockedAt = toInstant(block.blockedAt);
      const added = await write
        .insertInto("content_blocks")
        .values({
          id: block.id,
          whirlpool: block.whirlpool,
          size_bytes: block.sizeBytes,
          file_id: block.fileId,
          reason: block.reason,
          blocked_at: blockedAt,
        })
        .onConflict((conflict) => conflict.columns(["whirlpool", "size_bytes"]).doNothing())
        .executeTakeFirst();
      if ((added.numInsertedOrUpdatedRows ?? 0n) === 0n) return false;
      await markContent(write, block, blockedAt);
      await write
        .updateTable("blobs")
        .set({ blocked_at: blockedAt })
        .where(lacksWhirlpool)
        .where("size_bytes", "=", block.sizeBytes)
        .where("blocked_at", "is", null)
        .execute();
      return true;
    });
  }

  async remove(id: BlockId): Promise<boolean> {
    return this.#rows.atomically(async ({ write }) => {
      const row = await write
        .deleteFrom("content_blocks")
        .where("id", "=", id)
        .returning(["whirlpool", "size_bytes"])
        .executeTakeFirst();
      if (row === undefined) return false;
      await markContent(write, { whirlpool: row.whirlpool, sizeBytes: row.size_bytes }, null);
      return true;
    });
  }

  async findById(id: string): Promise<ContentBlock | undefined> {
    const query = this.#rows.read.selectFrom("content_blocks").selectAll().where("id", "=", id);
    return toBlock(await query.executeTakeFirst());
  }

  async findByIdentity({ whirlpool, sizeBytes }: Identity): Promise<ContentBlock | undefined> {
    const query = this.#rows.read
      .selectFrom("content_blocks")
      .selectAll()
      .where("whirlpool", "=", whirlpool)
      .where("size_bytes", "=", sizeBytes);
    return toBlock(await query.executeTakeFirst());
  }

  async list(after: Pick<ContentBlock, "id" | "blockedAt"> | undefined, limit: number): Promise<ContentBlock[]> {
    let query = this.#rows.read
      .selectFrom("content_blocks")
      .selectAll()
      .orderBy("blocked_at", "desc")
      .orderBy("id", "desc")
      .limit(limit);
    if (after !== undefined) {
      query = query.where((eb) =>
        eb(eb.refTuple("blocked_at", "id"), "<", eb.tuple(toInstant(after.blockedAt), after.id)),
      );
    }
    return (await query.execute()).flatMap((row) => toBlock(row) ?? []);
  }
}

async function markContent(write: Kysely<Tables>, identity: Identity, blockedAt: number | null): Promise<void> {
  await write
    .updateTable("blobs")
    .set({ blocked_at: blockedAt })
    .where("whirlpool", "=", identity.whirlpool)
    .where("size_bytes", "=", identity.sizeBytes)
    .execute();
}

function toBlock(row: Selectable<ContentBlocksTable> | undefined): ContentBlock | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    whirlpool: row.whirlpool,
    sizeBytes: row.size_bytes,
    fileId: row.file_id,
    reason: row.reason,
    blockedAt: toDate(row.blocked_at),
  };
}
