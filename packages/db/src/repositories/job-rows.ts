import type {
  ClaimState,
  Job,
  JobBounds,
  JobOutcome,
  JobProgress,
  JobRepository,
  JobRequest,
  JobState,
  JobTimes,
  NewJob,
} from "@consigne/core";
import { type Insertable, sql, type Updateable } from "kysely";
import { toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { JobsTable } from "../tables.ts";
import { inBatches, partsBySize, ROWS_PER_INSERT, textBytes } from "./batches.ts";
import { findClaimable } from "./busy-jobs.ts";
import { columnsOf, columnsOfNew, isDue, isOverdue, toJob, unclaimed } from "./job-columns.ts";
import { nextTurn, noteTurn } from "./job-turns.ts";

const LIVE: readonly JobState[] = ["delayed", "ready", "running"];
const queued = ({ account_id, priority }: Insertable<JobsTable>) => ({ account_id: account_id ?? null, priority });
const nextRunOf = (schedule: string) => `next ${schedule}`;

export class JobRows implements JobRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async add(job: NewJob): Promise<boolean> {
    return this.#rows.atomically(async (rows) => {
      const columns = columnsOfNew(job);
      const turn = columns.state === "ready" ? await nextTurn(rows, queued(columns)) : null;
      const added = await rows.write
        .insertInto("jobs")
        .values({ ...columns, turn })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
    });
  }

  async addMany(jobs: readonly NewJob[]): Promise<void> {
    const [first] = jobs;
    if (first === undefined) return;
    await this.#rows.atomically(async (rows) => {
      let turn = await nextTurn(rows, queued(columnsOfNew(first)));
      const values = jobs.map((job) => {
        const columns = columnsOfNew(job);
        return { ...columns, turn: columns.state === "ready" ? turn++ : null };
      });
      for (const part of partsBySize(values, textBytes, ROWS_PER_INSERT)) {
        await rows.write.insertInto("jobs").values(part).execute();
      }
    });
  }

  async findById(id: string): Promise<Job | undefined> {
    const row = await this.#rows.read.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toJob(row);
  }

  async findByUniqueKey(key: string): Promise<Job | undefined> {
    const row = await this.#rows.read
      .selectFrom("jobs")
      .selectAll()
      .where("unique_key", "=", key)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    return row === undefined ? undefined : toJob(row);
  }

  async list(filter: Parameters<JobRepository["list"]>[0]): Promise<Job[]> {
    let query = this.#rows.read.selectFrom("jobs").selectAll();
    if (filter.states !== undefined) query = query.where("state", "in", filter.states);
    if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
    if (filter.accountId !== undefined) query = query.where("account_id", "=", filter.accountId);
    if (filter.after !== undefined) {
      const last = [toInstant(filter.after.createdAt), filter.after.id] as const;
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple("created_at", "id"), "<", tuple(...last)));
    }
    const rows = await query.orderBy("created_at", "desc").orderBy("id", "desc").limit(filter.limit).execute();
    return rows.map(toJob);
  }

  async hasWork(times: JobTimes, kinds: readonly string[]): Promise<boolean> {
    const { read } = this.#rows;
    const found = await read
      .selectNoFrom(({ exists, or, selectFrom }) =>
        or([
          exists(selectFrom("jobs").select("id").where("state", "=", sql.lit("ready")).where("kind", "in", kinds)),
          exists(selectFrom("jobs").select("id").where("state", "=", "delayed").where(isDue(times))),
          exists(selectFrom("jobs").select("id").where("state", "=", "running").where(isOverdue(times))),
        ]).as("found"),
      )
      .executeTakeFirstOrThrow();
    return Number(found.found) === 1;
  }

  async makeReady(times: JobTimes, limit: number): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const due = await rows.write
        .selectFrom("jobs")
        .select(["id", "account_id", "priority"])
        .where("state", "=", "delayed")
        .where(isDue(times))
        .orderBy("run_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      for (const job of due) {
        const turn = await nextTurn(rows, job);
        await rows.write.updateTable("jobs").set({ state: "ready", turn }).where("id", "=", job.id).execute();
      }
      return due.length;
    });
  }

  async claim(request: JobRequest): Promise<Job | undefined> {
    return this.#rows.atomically(async (rows) => {
      const id = await findClaimable(rows, request);
      if (id === undefined) return undefined;
      const next = await rows.write
        .updateTable("jobs")
        .set(({ eb }) => ({
          state: "running",
          claim_id: request.claimId,
          worker: request.worker,
          lease_ends_at: toInstant(request.leaseEndsAt),
          started_at: toInstant(request.now),
          attempts: eb("attempts", "+", 1),
        }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await noteTurn(rows, next);
      return toJob(next);
    });
  }

  async canClaim(bounds: JobBounds): Promise<boolean> {
    return (await findClaimable(this.#rows, bounds)) !== undefined;
  }

  async listOverdue(times: JobTimes, limit: number): Promise<Job[]> {
    const rows = await this.#rows.read
      .selectFrom("jobs")
      .selectAll()
      .where("state", "=", "running")
      .where(isOverdue(times))
      .orderBy("lease_ends_at")
      .limit(limit)
      .execute();
    return rows.map(toJob);
  }

  async renew(
    id: string,
    claimId: string,
    changes: { leaseEndsAt?: Date; progress?: JobProgress },
  ): Promise<ClaimState> {
    const { leaseEndsAt, progress } = changes;
    const held = await this.#rows.write
      .updateTable("jobs")
      .set({
        // Written even if nothing changes: within a transaction nobody else can take over the job until its end.
        claim_id: claimId,
        ...(leaseEndsAt === undefined ? {} : { lease_ends_at: toInstant(leaseEndsAt) }),
        ...(progress === undefined ? {} : { progress_done: progress.done, progress_total: progress.total ?? null }),
      })
      .where("id", "=", id)
      .where("claim_id", "=", claimId)
      .where("state", "=", "running")
      .returning("is_cancel_requested")
      .executeTakeFirst();
    if (held === undefined) return "lost";
    return held.is_cancel_requested === 1 ? "cancel-requested" : "held";
  }

  async settle(id: string, claimId: string, outcome: JobOutcome): Promise<boolean> {
    if (outcome.state === "done" && outcome.isForgotten === true) return this.#forget(id, claimId);
    return this.#rows.atomically(async (rows) => {
      const settled = await rows.write
        .updateTable("jobs")
        .set({ ...unclaimed, ...columnsOf(outcome) })
        .where("id", "=", id)
        .where("claim_id", "=", claimId)
        .where("state", "=", "running")
        .returning(["account_id", "priority", "is_cancel_requested"])
        .executeTakeFirst();
      if (settled === undefined) return false;
      if (settled.is_cancel_requested === 1 && (outcome.state === "delayed" || outcome.state === "ready")) {
        const cancelled = columnsOf({ state: "cancelled", at: outcome.at });
        await rows.write.updateTable("jobs").set(cancelled).where("id", "=", id).execute();
        return true;
      }
      if (outcome.state === "ready") {
        const turn = await nextTurn(rows, settled);
        await rows.write
          .updateTable("jobs")
          .set(({ eb }) => ({ turn, attempts: eb("attempts", "-", 1) }))
          .where("id", "=", id)
          .execute();
      }
      return true;
    });
  }

  async #forget(id: string, claimId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#rows.write
      .deleteFrom("jobs")
      .where("id", "=", id)
      .where("claim_id", "=", claimId)
      .where("state", "=", "running")
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async cancel(id: string, now: Date): Promise<JobState | undefined> {
    return this.#rows.atomically(async ({ write }) => {
      const job = await write.selectFrom("jobs").select("state").where("id", "=", id).executeTakeFirst();
      if (job === undefined || !LIVE.includes(job.state)) return undefined;
      const change: Updateable<JobsTable> =
        job.state === "running" ? { is_cancel_requested: 1 } : { state: "cancelled", ended_at: toInstant(now) };
      await write.updateTable("jobs").set(change).where("id", "=", id).execute();
      return job.state;
    });
  }

  async retry(id: string, now: Date): Promise<boolean> {
    return this.#rows.atomically(async (rows) => {
      const job = await rows.write
        .selectFrom("jobs")
        .select(["state", "account_id", "priority", "unique_key"])
        .where("id", "=", id)
        .where("state", "in", ["dead", "cancelled", "delayed"])
        .executeTakeFirst();
      if (job === undefined) return false;
      const hasEnded = job.state !== "delayed";
      if (hasEnded && job.unique_key !== null) {
        const other = await rows.write
          .selectFrom("jobs")
          .select("id")
          .where("unique_key", "=", job.unique_key)
          .where("ended_at", "is", null)
          .executeTakeFirst();
        if (other !== undefined) return false;
      }
      const turn = await nextTurn(rows, job);
      await rows.write
        .updateTable("jobs")
        .set({ state: "ready", run_at: toInstant(now), turn })
        .$if(hasEnded, (update) => update.set({ attempts: 0, ended_at: null, is_cancel_requested: 0 }))
        .where("id", "=", id)
        .execute();
      return true;
    });
  }

  async removeEndedBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    const ended = write.selectFrom("jobs").select("id").where("ended_at", "<", toInstant(time));
    return inBatches((limit) => write.deleteFrom("jobs").where("id", "in", ended.limit(limit)).executeTakeFirst());
  }

  async findNextRun(schedule: string): Promise<Date | undefined> {
    const mark = await this.#rows.read
      .selectFrom("job_marks")
      .select("value")
      .where("name", "=", nextRunOf(schedule))
      .executeTakeFirst();
    return mark === undefined ? undefined : toDate(mark.value);
  }

  async setNextRun(schedule: string, at: Date): Promise<void> {
    const value = toInstant(at);
    await this.#rows.write
      .insertInto("job_marks")
      .values({ name: nextRunOf(schedule), value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
      .execute();
  }
}
