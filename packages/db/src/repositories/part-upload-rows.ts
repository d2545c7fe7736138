import {
  type Arrival,
  type NewPartUpload,
  type PartUpload,
  type PartUploadRepository,
  type PromisedUpload,
  type ReceivedPart,
  type StreamStep,
  UPLOAD_PAUSE_MS,
  type UploadedFile,
} from "@consigne/core";
import { type Kysely, type Selectable, sql, type SqlBool } from "kysely";
import { toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import { inBatches, padded, partsOf, readParts, ROWS_PER_INSERT } from "./batches.ts";
import type { Tables } from "../tables.ts";
import type { PartUploadsTable } from "./part-upload-columns.ts";
import { fromTail, toBase64, toPart, toUpload } from "./part-upload-values.ts";

/** As a literal, so that the partial index matches. */
const isHeld = sql<SqlBool>`${sql.ref("is_held")} = 1`;

/** After a pause the pace is measured from scratch, starting with these bytes. */
async function notePace(write: Kysely<Tables>, id: string, { at }: Arrival): Promise<void> {
  const now = toInstant(at);
  const received = write.selectFrom("part_uploads").select("received_bytes").where("id", "=", id);
  await write
    .updateTable("upload_links")
    .set({ paced_since: now, paced_bytes: sql<number>`(${received})` })
    .where("upload_id", "=", id)
    .where("last_bytes_at", "<", now - UPLOAD_PAUSE_MS)
    .execute();
  await write.updateTable("upload_links").set({ last_bytes_at: now }).where("upload_id", "=", id).execute();
}

export class PartUploadRows implements PartUploadRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async create({ blob, stream, link, ...upload }: NewPartUpload): Promise<void> {
    await this.#rows.atomically(async ({ write }) => {
      await write
        .insertInto("part_uploads")
        .values({
          id: upload.id,
          account_id: upload.accountId,
          folder_id: upload.folderId,
          name: upload.name,
          content_type: upload.contentType,
          domain: upload.domain,
          password_hash: upload.passwordHash ?? null,
          bytes_key: blob.key,
          transfer: blob.transfer,
          size_bytes: blob.sizeBytes,
          part_bytes: blob.partBytes,
          received_parts: 0,
          received_bytes: 0,
          whirlpool: null,
          file: null,
          is_held: 1,
          created_at: toInstant(upload.createdAt),
          expires_at: toInstant(upload.expiresAt),
        })
        .execute();
      if (stream !== undefined) {
        const { metadata, tail } = stream;
        await write
          .insertInto("upload_streams")
          .values({ upload_id: upload.id, metadata, ...fromTail(tail) })
          .execute();
      }
      if (link === undefined) return;
      await write
        .insertInto("upload_links")
        .values({
          upload_id: upload.id,
          link_id: link.id,
          paced_since: toInstant(link.pacedSince),
          paced_bytes: link.pacedBytes,
          last_bytes_at: toInstant(link.lastBytesAt),
        })
        .execute();
    });
  }

  async findById(id: string): Promise<PartUpload | undefined> {
    const row = await this.#uploads.where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toUpload(row);
  }

  async findByLink(linkId: string): Promise<PromisedUpload | undefined> {
    const row = await this.#uploads
      .select(({ exists, selectFrom }) =>
        exists(
          selectFrom("content_blocks")
            .select("content_blocks.id")
            .whereRef("content_blocks.size_bytes", "=", "part_uploads.size_bytes"),
        ).as("is_size_blocked"),
      )
      .where("link_id", "=", linkId)
      .executeTakeFirst();
    return row === undefined ? undefined : { ...toUpload(row), isSizeBlocked: Number(row.is_size_blocked) === 1 };
  }

  async findPromised(fileIds: readonly string[]): Promise<string[]> {
    const { read } = this.#rows;
    const rows = await readParts(fileIds, (some) =>
      read.selectFrom("upload_links").select("link_id").where("link_id", "in", some).execute(),
    );
    return rows.map(({ link_id }) => link_id);
  }

  async listOpen(
    accountId: string,
    now: Date,
    { before, limit }: Parameters<PartUploadRepository["listOpen"]>[2],
  ): Promise<PartUpload[]> {
    let query = this.#uploads
      .where("account_id", "=", accountId)
      .where(isHeld)
      .where("expires_at", ">", toInstant(now))
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(limit);
    if (before !== undefined) {
      const at = toInstant(before.createdAt);
      query = query.where(({ or, and, eb }) =>
        or([eb("created_at", "<", at), and([eb("created_at", "=", at), eb("id", "<", before.id)])]),
      );
    }
    return (await query.execute()).map(toUpload);
  }

  async getHeld(accountId: string): Promise<{ count: number; sizeBytes: number; receivedBytes: number }> {
    const { count, bytes, received } = await this.#rows.read
      .selectFrom("part_uploads")
      .select(({ fn }) => [
        fn.countAll().as("count"),
        fn.sum("size_bytes").as("bytes"),
        fn.sum("received_bytes").as("received"),
      ])
      .where("account_id", "=", accountId)
      .where(isHeld)
      .executeTakeFirstOrThrow();
    return { count: Number(count), sizeBytes: Number(bytes ?? 0), receivedBytes: Number(received ?? 0) };
  }

  async addPart(
    id: string,
    { number, sha256, tag, leaves, sizeBytes }: ReceivedPart & { sizeBytes: number },
    arrival: Arrival,
  ): Promise<boolean> {
    return this.#rows.atomically(async ({ write }) => {
      const { numInsertedOrUpdatedRows } = await write
        .insertInto("upload_parts")
        .values({ upload_id: id, number, sha256, tag, leaves: toBase64(leaves) })
        .onConflict((conflict) => conflict.columns(["upload_id", "number"]).doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) return false;
      await write
        .updateTable("part_uploads")
        .set((row) => ({
          received_parts: row("received_parts", "+", 1),
          received_bytes: row("received_bytes", "+", sizeBytes),
          expires_at: toInstant(arrival.expiresAt),
        }))
        .where("id", "=", id)
        .execute();
      await notePace(write, id, arrival);
      return true;
    });
  }

  async advance(id: string, { parts, tail, fromBytes, toBytes }: StreamStep, arrival: Arrival): Promise<void> {
    await this.#rows.atomically(async ({ write }) => {
      const rows = parts.map(({ number, sha256, tag, leaves }) => ({
        upload_id: id,
        number,
        sha256,
        tag,
        leaves: toBase64(leaves),
      }));
      for (const some of partsOf(rows, ROWS_PER_INSERT)) await write.insertInto("upload_parts").values(some).execute();
      await write.updateTable("upload_streams").set(fromTail(tail)).where("upload_id", "=", id).execute();
      await write
        .updateTable("part_uploads")
        .set((row) => ({
          received_parts: row("received_parts", "+", parts.length),
          received_bytes: row("received_bytes", "+", toBytes - fromBytes),
          expires_at: toInstant(arrival.expiresAt),
        }))
        .where("id", "=", id)
        .execute();
      await notePace(write, id, arrival);
    });
  }

  async findPart(id: string, number: number): Promise<ReceivedPart | undefined> {
    const row = await this.#rows.read
      .selectFrom("upload_parts")
      .selectAll()
      .where("upload_id", "=", id)
      .where("number", "=", number)
      .executeTakeFirst();
    return row === undefined ? undefined : toPart(row);
  }

  async listParts(id: string, { after, limit }: { after: number; limit: number }): Promise<ReceivedPart[]> {
    const rows = await this.#rows.read
      .selectFrom("upload_parts")
      .selectAll()
      .where("upload_id", "=", id)
      .where("number", ">", after)
      .orderBy("number")
      .limit(limit)
      .execute();
    return rows.map(toPart);
  }

  async close(id: string): Promise<void> {
    await this.#set(id, { is_held: 0 });
  }

  async finish(id: string, file: UploadedFile, expiresAt: Date): Promise<void> {
    await this.#set(id, { is_held: 0, file: JSON.stringify(file), expires_at: toInstant(expiresAt) });
  }

  async end(id: string): Promise<void> {
    await this.#set(id, { is_held: 0, expires_at: 0 });
  }

  async endOldestCompleted(accountId: string, most: number): Promise<void> {
    const { write } = this.#rows;
    const oldest = await write
      .selectFrom("part_uploads")
      .select("id")
      .where("account_id", "=", accountId)
      .where("is_held", "=", 0)
      .where("expires_at", ">", 0)
      .orderBy("expires_at", "desc")
      .limit(ROWS_PER_STATEMENT)
      .offset(most)
      .execute();
    if (oldest.length === 0) return;
    const ids = padded(oldest.map(({ id }) => id));
    await write.updateTable("part_uploads").set({ expires_at: 0 }).where("id", "in", ids).execute();
  }

  async endExpired(now: Date, latestEnd: Date): Promise<number> {
    const { write } = this.#rows;
    const ending = (when: "<=" | ">", instant: Date) =>
      write
        .selectFrom("part_uploads")
        .select("id")
        .where("expires_at", ">", 0)
        .where("expires_at", when, toInstant(instant));
    const end = (which: ReturnType<typeof ending>) =>
      inBatches((limit) =>
        write
          .updateTable("part_uploads")
          .set({ is_held: 0, expires_at: 0 })
          .where("id", "in", which.limit(limit))
          .executeTakeFirst(),
      );
    return (await end(ending("<=", now))) + (await end(ending(">", latestEnd)));
  }

  async removeEnded(): Promise<number> {
    const { write } = this.#rows;
    for (let removed = 0; ;) {
      const row = await write
        .selectFrom("part_uploads")
        .select("id")
        .where("expires_at", "=", 0)
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return removed;
      while ((await this.#removeSomeParts(row.id)) > 0);
      await this.#removeRow(row.id);
      removed += 1;
    }
  }

  async findHeldKeys(keys: readonly string[]): Promise<string[]> {
    const { read } = this.#rows;
    const rows = await readParts(keys, (some) =>
      read.selectFrom("part_uploads").select("bytes_key").where("bytes_key", "in", some).where(isHeld).execute(),
    );
    return rows.map((row) => row.bytes_key);
  }

  async removeSomeByAccount(accountId: string): Promise<number> {
    const { write } = this.#rows;
    const row = await write
      .selectFrom("part_uploads")
      .select("id")
      .where("account_id", "=", accountId)
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return 0;
    await this.end(row.id);
    const removed = await this.#removeSomeParts(row.id);
    if (removed > 0) return removed;
    await this.#removeRow(row.id);
    return 1;
  }

  async #removeRow(id: string): Promise<void> {
    const { write } = this.#rows;
    for (const table of ["upload_streams", "upload_links"] as const)
      await write.deleteFrom(table).where("upload_id", "=", id).execute();
    await write.deleteFrom("part_uploads").where("id", "=", id).execute();
  }

  get #uploads() {
    return this.#rows.read
      .selectFrom("part_uploads")
      .leftJoin("upload_streams", "upload_streams.upload_id", "part_uploads.id")
      .leftJoin("upload_links", "upload_links.upload_id", "part_uploads.id")
      .selectAll("part_uploads")
      .selectAll("upload_streams")
      .select(["link_id", "paced_since", "paced_bytes", "last_bytes_at"]);
  }

  async #removeSomeParts(id: string): Promise<number> {
    const { write } = this.#rows;
    const some = write
      .selectFrom("upload_parts")
      .select("number")
      .where("upload_id", "=", id)
      .limit(ROWS_PER_STATEMENT);
    const removed = await write
      .deleteFrom("upload_parts")
      .where("upload_id", "=", id)
      .where("number", "in", some)
      .executeTakeFirst();
    return Number(removed.numDeletedRows);
  }

  async #set(id: string, changes: Partial<Selectable<PartUploadsTable>>): Promise<void> {
    await this.#rows.write.updateTable("part_uploads").set(changes).where("id", "=", id).execute();
  }
}
