import type {
  FetchMessages,
  NewRemoteItem,
  NewRemoteRequest,
  OrderOwner,
  Permitted,
  RemoteBounds,
  RemoteEnd,
  RemoteItem,
  RemoteItemNow,
  RemoteRequest,
  RemoteUploadRepository,
} from "@consigne/core";
import type { ExpressionBuilder, SelectQueryBuilder } from "kysely";
import { toFlag, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { partsBySize, partsOf, ROWS_PER_INSERT, textBytes } from "./batches.ts";
import { messageColumns, orderColumns, surplusOf } from "./order-columns.ts";
import { endColumns, toJobNow, toRemoteItem, toRemoteRequest } from "./remote-upload-columns.ts";

/** With their addresses and jobs, up to 100 each. */
const REQUESTS_PER_REMOVAL = 5;

export class RemoteUploadRows implements RemoteUploadRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async create(request: NewRemoteRequest, items: readonly NewRemoteItem[]): Promise<number> {
    return this.#rows.atomically(async ({ write, note }) => {
      const { id } = await write
        .insertInto("remote_requests")
        .values({
          ...orderColumns(request),
          sealed_headers: request.sealedHeaders ?? null,
          size_bytes: request.sizeBytes,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      const values = items.map((item, place) => ({
        id: item.id,
        request_id: id,
        place,
        account_id: request.accountId,
        job_id: item.jobId,
        url: item.url,
        sealed_url: item.sealedUrl ?? null,
        has_credentials: toFlag(item.hasCredentials),
        state: "open" as const,
        ...messageColumns([]),
      }));
      for (const part of partsBySize(values, textBytes, ROWS_PER_INSERT)) {
        await write.insertInto("remote_items").values(part).execute();
      }
      note(request.accountId, { topic: "remote", id });
      return id;
    });
  }

  async findRequest(id: number): Promise<RemoteRequest | undefined> {
    const row = await this.#rows.read.selectFrom("remote_requests").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toRemoteRequest(row);
  }

  async findItem(id: string): Promise<RemoteItem | undefined> {
    const row = await this.#rows.read.selectFrom("remote_items").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toRemoteItem(row);
  }

  async listRequests(
    { accountId, rootFolderId }: OrderOwner,
    { before, limit }: { before: number | undefined; limit: number },
  ): Promise<RemoteRequest[]> {
    let query = this.#rows.read.selectFrom("remote_requests").selectAll().where("account_id", "=", accountId);
    if (rootFolderId !== undefined) query = query.where("root_folder_id", "=", rootFolderId);
    if (before !== undefined) query = query.where("id", "<", before);
    return (await query.orderBy("id", "desc").limit(limit).execute()).map(toRemoteRequest);
  }

  async listItems(requestIds: readonly number[]): Promise<RemoteItemNow[]> {
    const all: RemoteItemNow[] = [];
    for (const part of partsOf(requestIds)) {
      const rows = await this.#rows.read
        .selectFrom("remote_items")
        .leftJoin("jobs", "jobs.id", "remote_items.job_id")
        .selectAll("remote_items")
        .select([
          "jobs.state as job_state",
          "jobs.attempts as job_attempts",
          "jobs.run_at as job_run_at",
          "jobs.progress_done as job_done",
          "jobs.progress_total as job_total",
        ])
        .where("remote_items.request_id", "in", part)
        .orderBy("remote_items.request_id", "desc")
        .orderBy("remote_items.place")
        .execute();
      all.push(...rows.map((row) => ({ item: toRemoteItem(row), job: toJobNow(row) })));
    }
    return all;
  }

  async countOpen(accountId: string): Promise<{ count: number; bytes: number }> {
    const { read } = this.#rows;
    const { count } = await read
      .selectFrom("remote_items")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("account_id", "=", accountId)
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    const { bytes } = await read
      .selectFrom("remote_requests")
      .select(({ fn }) => fn.sum<number | null>("size_bytes").as("bytes"))
      .where("account_id", "=", accountId)
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    return { count, bytes: bytes ?? 0 };
  }

  async note(id: string, jobId: string, trouble: FetchMessages): Promise<void> {
    await this.#rows.atomically(async ({ write, note }) => {
      const noted = await write
        .updateTable("remote_items")
        .set(messageColumns(trouble))
        .where("id", "=", id)
        .where("job_id", "=", jobId)
        .where("ended_at", "is", null)
        .returning(["account_id", "request_id"])
        .executeTakeFirst();
      if (noted !== undefined) note(noted.account_id, { topic: "remote", id: noted.request_id });
    });
  }

  async end(id: string, jobId: string, end: RemoteEnd): Promise<boolean> {
    return this.#rows.atomically(async ({ write, note }) => {
      const ended = await write
        .updateTable("remote_items")
        .set({ ...endColumns(end), sealed_url: null })
        .where("id", "=", id)
        .where("job_id", "=", jobId)
        .where("ended_at", "is", null)
        .returning(["account_id", "request_id"])
        .executeTakeFirst();
      if (ended === undefined) return false;
      note(ended.account_id, { topic: "remote", id: ended.request_id });
      await write
        .updateTable("remote_requests")
        .set(({ eb }) => ({
          ended_at: toInstant(end.at),
          size_bytes: eb("size_bytes", "-", headerBytes(eb)),
          sealed_headers: null,
        }))
        .where("id", "=", ended.request_id)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("remote_items")
                .select("id")
                .where("request_id", "=", ended.request_id)
                .where("ended_at", "is", null),
            ),
          ),
        )
        .execute();
      return true;
    });
  }

  async reopen(
    requestId: Permitted<"remote.manage", number>,
    jobs: readonly { id: string; jobId: string }[],
    { sealedHeaders, apiKeyId, address }: Pick<RemoteRequest, "sealedHeaders" | "apiKeyId" | "address">,
  ): Promise<void> {
    await this.#rows.atomically(async ({ write, note }) => {
      const items = write.selectFrom("remote_items").select("job_id");
      await removeJobs(
        write,
        items.where(
          "id",
          "in",
          jobs.map(({ id }) => id),
        ),
      );
      for (const { id, jobId } of jobs) {
        await write
          .updateTable("remote_items")
          .set({ job_id: jobId, state: "open", ...messageColumns([]), ended_at: null })
          .where("id", "=", id)
          .where("request_id", "=", requestId)
          .execute();
      }
      const reopened = await write
        .updateTable("remote_requests")
        .set({ ended_at: null, api_key_id: apiKeyId ?? null, address })
        .where("id", "=", requestId)
        .returning("account_id")
        .executeTakeFirst();
      if (reopened !== undefined) note(reopened.account_id, { topic: "remote", id: requestId });
      if (sealedHeaders === undefined) return;
      await write
        .updateTable("remote_requests")
        .set(({ eb }) => ({
          size_bytes: eb(eb("size_bytes", "-", headerBytes(eb)), "+", sealedHeaders.length),
          sealed_headers: sealedHeaders,
        }))
        .where("id", "=", requestId)
        .execute();
    });
  }

  async remove(requestId: number): Promise<void> {
    await this.#rows.atomically(async ({ read, write, note }) => {
      const found = await read
        .selectFrom("remote_requests")
        .select("account_id")
        .where("id", "=", requestId)
        .executeTakeFirst();
      if (found !== undefined) note(found.account_id, { topic: "remote", id: requestId });
      await removeRequests(write, [requestId]);
    });
  }

  async removeOldestEnded(accountId: string, bounds: RemoteBounds): Promise<number> {
    const ended = await this.#rows.read
      .selectFrom("remote_requests")
      .select(["id", "size_bytes"])
      .where("account_id", "=", accountId)
      .where("ended_at", "is not", null)
      .orderBy("id", "desc")
      .execute();
    const most = { orders: bounds.requests, size: bounds.bytes };
    return this.#remove(surplusOf(ended, ({ size_bytes }) => size_bytes, most));
  }

  async removeEndedBefore(time: Date): Promise<number> {
    let total = 0;
    for (;;) {
      const ended = this.#some().where("ended_at", "<", toInstant(time));
      const removed = await this.#remove((await ended.execute()).map(({ id }) => id));
      total += removed;
      if (removed < REQUESTS_PER_REMOVAL) return total;
    }
  }

  async removeSomeByAccount(id: string): Promise<number> {
    const theirs = this.#some().where("account_id", "=", id);
    return this.#remove((await theirs.execute()).map((request) => request.id));
  }

  #some() {
    return this.#rows.write.selectFrom("remote_requests").select("id").limit(REQUESTS_PER_REMOVAL);
  }

  async #remove(ids: readonly number[]): Promise<number> {
    for (const part of partsOf(ids, REQUESTS_PER_REMOVAL)) {
      await this.#rows.atomically(({ write }) => removeRequests(write, part));
    }
    return ids.length;
  }
}

async function removeRequests(write: RowSource["write"], ids: readonly number[]): Promise<void> {
  const items = write.selectFrom("remote_items").select("job_id");
  await removeJobs(write, items.where("request_id", "in", ids));
  await write.deleteFrom("remote_items").where("request_id", "in", ids).execute();
  await write.deleteFrom("remote_requests").where("id", "in", ids).execute();
}

/** Size of the headers currently stored. */
const headerBytes = ({ fn, val }: ExpressionBuilder<Tables, "remote_requests">) =>
  fn.coalesce(fn<number>("length", ["sealed_headers"]), val(0));

/** Jobs of addresses that are removed, or get another job. */
async function removeJobs(
  write: RowSource["write"],
  items: SelectQueryBuilder<Tables, "remote_items", { job_id: string }>,
): Promise<void> {
  await write.deleteFrom("jobs").where("ended_at", "is not", null).where("id", "in", items).execute();
}
