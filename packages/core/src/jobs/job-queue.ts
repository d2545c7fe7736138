import { auditRecord } from "../audit/audit-trail.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import type { Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import type { Job, JobPayload, JobState } from "./job.ts";
import type { JobKind } from "./job-kind.ts";
import type { NewJob, StoppableJobId } from "./job-repository.ts";

const USUAL_PRIORITY = 5;
const PAGE = 500;

export interface JobOrder {
  kind: string;
  payload?: JobPayload;
  accountId?: string;
  /** Nothing is added while a job with the same key waits or runs. */
  uniqueKey?: string;
  /** The worker of a kind limits how many jobs of a lane run at once. */
  lane?: string;
  /** 0 goes first, 9 last; default 5. */
  priority?: number;
  runAt?: Date;
}

export interface JobFilter {
  states?: readonly JobState[];
  kind?: string;
  limit?: number;
}

/** The outcome of a request to change a job. */
export interface JobChange {
  /** The job before the change; undefined if there is none. */
  before: Job | undefined;
  isDone: boolean;
  /** What to do instead, if its kind cannot do this. */
  instead?: string;
}

/** Adds, shows and cancels jobs. They are run by a `JobWorker`, here or in another process. */
export class JobQueue {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #listeners = new Set<() => void>();
  /**
   * Ids of the claims whose work runs in this process. The system clock may be changed, or stop while the machine
   * sleeps: leases then look expired although no worker died.
   */
  readonly liveClaims = new Set<string>();

  constructor(input: { database: Database; clock: Clock; kinds: readonly JobKind[] }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#kinds = new Map(input.kinds.map((kind) => [kind.name, kind]));
  }

  get kinds(): ReadonlyMap<string, JobKind> {
    return this.#kinds;
  }

  /**
   * Adds a job in the transaction of its cause, so that both are stored or neither; call `wake` afterwards.
   * @returns its id, or undefined while one with the same unique key waits or runs
   */
  async add(rows: Pick<Repositories, "jobs">, order: JobOrder): Promise<string | undefined> {
    const job = this.#newJob(order);
    return (await rows.jobs.add(job)) ? job.id : undefined;
  }

  /** Like `add`, for many jobs of one account. @returns their ids */
  async addMany(
    rows: Pick<Repositories, "jobs">,
    orders: readonly (Omit<JobOrder, "uniqueKey" | "priority"> & { accountId: string })[],
  ): Promise<string[]> {
    const jobs = orders.map((order) => this.#newJob(order));
    await rows.jobs.addMany(jobs);
    return jobs.map(({ id }) => id);
  }

  #newJob(order: JobOrder): NewJob {
    const kind = this.#kinds.get(order.kind);
    if (kind === undefined) throw new RangeError(`There is no kind of job called ${order.kind}.`);
    const now = this.#clock.now();
    return {
      id: newRecordId(),
      kind: kind.name,
      payload: order.payload ?? {},
      accountId: order.accountId,
      uniqueKey: order.uniqueKey,
      lane: order.lane,
      priority: order.priority ?? USUAL_PRIORITY,
      runAt: order.runAt ?? now,
      maxAttempts: kind.maxAttempts,
      createdAt: now,
    };
  }

  /**
   * Cancels a job in the transaction of its owner's decision; call `wake` afterwards.
   * @returns the state before; undefined for one that had ended
   */
  async callOff(rows: Repositories, id: StoppableJobId, now: Date): Promise<JobState | undefined> {
    const before = await rows.jobs.findById(id);
    const state = await rows.jobs.cancel(id, now);
    if (before !== undefined && state !== undefined && state !== "running") {
      await this.#kinds.get(before.kind)?.noteEnd?.(rows, before, { state: "cancelled", at: now });
    }
    return state;
  }

  /**
   * Tells workers of this process that there may be something to do. Workers of other processes check once a second.
   */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }

  /** @returns a function that unsubscribes */
  onWake(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For administrators, like everything below. @throws {DomainError} what the policy says to others */
  async find(by: Principal, id: string): Promise<Job | undefined> {
    requireAdministrator(by, this.#clock);
    return this.#database.jobs.findById(id);
  }

  /** Newest first, at most 500. */
  async list(by: Principal, filter: JobFilter = {}): Promise<Job[]> {
    requireAdministrator(by, this.#clock);
    return this.#database.jobs.list({ ...filter, limit: Math.min(filter.limit ?? PAGE, PAGE) });
  }

  /** Ends a waiting job immediately and tells a running one to end; an ended job stays as it is. */
  async cancel(by: Principal, id: string): Promise<JobChange> {
    return this.#change(by, id, "job.cancel", async (rows, permitted, now, before) => {
      const isDone = (await this.callOff(rows, permitted, now)) !== undefined;
      return { isDone, hasEffect: isDone && !before.isCancelRequested };
    });
  }

  /**
   * Restarts a dead or cancelled job, and runs a delayed one now. Other jobs stay as they are; so does an ended job
   * while another with its unique key waits or runs, and one whose kind cannot be retried.
   */
  async retry(by: Principal, id: string): Promise<JobChange> {
    return this.#change(by, id, "job.retry", async (rows, permitted, now, before) => {
      const isEnded = before.state === "dead" || before.state === "cancelled";
      const instead = isEnded ? await this.#kinds.get(before.kind)?.insteadOfRetry?.(rows, before) : undefined;
      if (instead !== undefined) return { isDone: false, hasEffect: false, instead };
      const isDone = await rows.jobs.retry(permitted, now);
      return { isDone, hasEffect: isDone };
    });
  }

  /** Reads, changes and records in one transaction, so that the answer and the record are accurate. */
  async #change(
    by: Principal,
    id: string,
    action: string,
    change: (
      rows: Repositories,
      id: StoppableJobId,
      now: Date,
      before: Job,
    ) => Promise<{ isDone: boolean; hasEffect: boolean; instead?: string }>,
  ): Promise<JobChange> {
    const now = this.#clock.now();
    const changed = await transactionBy(this.#database, by, async (rows, caller): Promise<JobChange> => {
      const permitted = permitAdministrator(caller, id, { now });
      const before = await rows.jobs.findById(id);
      if (before === undefined) return { before: undefined, isDone: false };
      const { isDone, hasEffect, instead } = await change(rows, permitted, now, before);
      const details = { kind: before.kind, state: before.state };
      if (hasEffect) await rows.audit.append([auditRecord(caller, now, { action, objectId: id, details })]);
      return { before, isDone, ...(instead === undefined ? {} : { instead }) };
    });
    this.wake();
    return changed;
  }
}
