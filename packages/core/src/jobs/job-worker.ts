import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { backoffMs, LONGEST_BACKOFF_MS } from "./backoff.ts";
import type { JobBounds, JobOutcome, JobTimes } from "./job-repository.ts";
import type { Job } from "./job.ts";
import type { JobKind } from "./job-kind.ts";
import type { JobQueue } from "./job-queue.ts";
import { settleJob } from "./job-settling.ts";
import { RunningJob } from "./running-job.ts";
import type { JobScheduler } from "./job-schedule.ts";

const LOOK_MS = 1000;
/** After a failure of the database. */
const RETRY_MS = 10_000;
const BATCH = 200;
const DEFAULT_LEASE_MS = 60_000;

export interface JobEvents {
  /** An attempt has ended; `error` is why it failed, if it did. */
  ended?(job: Job, outcome: string, error: unknown): void;
  /** The queue itself could not be read or written; it is tried again. */
  failed?(error: unknown): void;
}

export interface JobWorkerParts {
  database: Database;
  queue: JobQueue;
  scheduler: JobScheduler;
  clock: Clock;
  /** Identifies the process, for people. */
  name: string;
  /** Jobs at once. */
  slots: number;
  /** Jobs of one account at once. */
  mostPerAccount: number;
  /** Jobs of one lane at once; default: any number. */
  mostPerLane?: number;
  /**
   * When an account without a running job would have to wait for a slot, an account with several, here or in one lane,
   * returns one to the queue. Default: jobs run to their end.
   */
  makesRoom?: boolean;
  /** A free slot goes first to an account without a running job. Default: to the next in turn. */
  favoursNewcomers?: boolean;
  /** The kinds it runs; all by default. Each worker has its own slots, so that no kind delays another. */
  kinds?: (kind: JobKind) => boolean;
  leaseMs?: number;
  lookMs?: number;
  events?: JobEvents;
  /** Called at each step of a job, before it continues. */
  onStep?: (job: Job, step: string) => Promise<void>;
}

/** Runs the jobs of the queue. Any number of workers may share one database, in one process or in several. */
export class JobWorker {
  readonly #parts: JobWorkerParts;
  readonly #leaseMs: number;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #running = new Map<string, { job: RunningJob; ended: Promise<void> }>();
  #loop: Promise<void> | undefined;
  #isStopping = false;
  /** The job that was told to make room, and for whom. */
  #room: { newcomers: Partial<JobBounds>; jobId: string } | undefined;
  #wake: () => void = () => undefined;

  constructor(parts: JobWorkerParts) {
    this.#parts = parts;
    this.#leaseMs = parts.leaseMs ?? DEFAULT_LEASE_MS;
    this.#kinds = new Map([...parts.queue.kinds].filter(([, kind]) => parts.kinds?.(kind) ?? true));
  }

  start(): void {
    this.#loop ??= this.#work();
  }

  /** Tells running jobs to end, waits for them, and returns those to the queue that can continue later. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await this.#loop;
    for (const { job } of this.#running.values()) job.stop();
    await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #work(): Promise<void> {
    const endListening = this.#parts.queue.onWake(() => this.#wake());
    while (!this.#isStopping) {
      // Set up before the check, so that jobs arriving during it wake the worker.
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const waitMs = await this.#fill();
      if (!this.#isStopping) await sleepUnless(woken, waitMs);
    }
    endListening();
  }

  /** Claims while there are jobs and slots; returns how long to wait before checking again. */
  async #fill(): Promise<number> {
    const { lookMs = LOOK_MS, events } = this.#parts;
    try {
      await this.#parts.scheduler.orderDue();
      for (const { job } of this.#running.values()) await job.heed();
      if (!(await this.#parts.database.jobs.hasWork(this.#times(), [...this.#kinds.keys()]))) return lookMs;
      await this.#returnOverdue();
      while ((await this.#parts.database.jobs.makeReady(this.#times(), BATCH)) === BATCH);
      while (!this.#isStopping && this.#running.size < this.#parts.slots && (await this.#claim()));
      await this.#makeRoom();
      return lookMs;
    } catch (error) {
      events?.failed?.(error);
      return Math.max(lookMs, RETRY_MS);
    }
  }

  #times(): JobTimes {
    const now = this.#parts.clock.now();
    const ahead = (ms: number) => new Date(now.getTime() + ms + CLOCK_STEP_MS);
    return { now, latestLease: ahead(this.#leaseMs), latestRetry: ahead(LONGEST_BACKOFF_MS) };
  }

  /**
   * A job whose lease expired lost its worker. Its attempts count, so that a job that kills workers ends as dead. Jobs
   * still running in this process are excluded, whatever the clock says.
   */
  async #returnOverdue(): Promise<void> {
    const { database, clock, queue } = this.#parts;
    for (;;) {
      const now = clock.now();
      const overdue = await database.jobs.listOverdue(this.#times(), BATCH);
      const lost = overdue.filter(({ claim }) => claim !== undefined && !queue.liveClaims.has(claim.id));
      for (const job of lost) {
        const worker = job.claim?.worker ?? "";
        await settleJob(database, queue.kinds.get(job.kind), job, outcomeOfLost(job, worker, now));
      }
      if (lost.length === 0 || overdue.length < BATCH) return;
    }
  }

  async #claim(): Promise<boolean> {
    const { database, clock, name, favoursNewcomers = false } = this.#parts;
    const now = clock.now();
    const room = this.#room;
    // The lane is closed until then: the slot may be free a moment earlier, and anybody could take it.
    const isLeft = room !== undefined && !this.#running.has(room.jobId);
    if (isLeft) this.#room = undefined;
    const leaseEndsAt = new Date(now.getTime() + this.#leaseMs);
    const claim = { now, claimId: newRecordId(), worker: name, leaseEndsAt };
    const bounds = this.#bounds(isLeft ? room.newcomers : { closedLane: room?.newcomers.newcomersTo });
    const newcomers = favoursNewcomers ? { ...bounds, mostPerAccount: 1 } : undefined;
    const first = newcomers === undefined ? undefined : await database.jobs.claim({ ...claim, ...newcomers });
    const job = first ?? (await database.jobs.claim({ ...claim, ...bounds }));
    if (job === undefined && isLeft) return this.#claim();
    const kind = job === undefined ? undefined : this.#kinds.get(job.kind);
    if (job === undefined || kind === undefined) return false;
    const running = new RunningJob({ ...this.#parts, job, kind, leaseMs: this.#leaseMs });
    const ended = this.#finish(running, job.claim?.id ?? "");
    this.#running.set(job.id, { job: running, ended });
    return true;
  }

  #bounds(changes: Partial<JobBounds> = {}): JobBounds {
    const { mostPerAccount, mostPerLane = Infinity } = this.#parts;
    return { kinds: [...this.#kinds.keys()], mostPerAccount, mostPerLane, ...changes };
  }

  async #makeRoom(): Promise<void> {
    const { makesRoom = false, slots, mostPerLane = Infinity } = this.#parts;
    if (!makesRoom || this.#room !== undefined || this.#isStopping) return;
    const running = Array.from(this.#running.values(), ({ job }) => job);
    if (running.length >= slots && (await this.#giveBack(running, { mostPerAccount: 1 }))) return;
    for (const [lane, inLane] of Map.groupBy(running, ({ job }) => job.lane)) {
      if (lane === undefined || inLane.length < mostPerLane) continue;
      if (await this.#giveBack(inLane, { newcomersTo: lane })) return;
    }
  }

  /**
   * Returns the youngest job of the account with most, because it loses least. The oldest job of each account keeps
   * running.
   */
  async #giveBack(running: readonly RunningJob[], newcomers: Partial<JobBounds>): Promise<boolean> {
    const byAccount = [...Map.groupBy(running, ({ job }) => job.accountId).values()];
    const most = byAccount.reduce((one, other) => (other.length > one.length ? other : one), []);
    const youngest = most.at(-1);
    if (most.length < 2 || youngest === undefined) return false;
    // The slot that becomes free in the lane is reserved for them.
    const asIfFree = newcomers.newcomersTo === undefined ? newcomers : { ...newcomers, mostPerLane: Infinity };
    if (!(await this.#parts.database.jobs.canClaim(this.#bounds(asIfFree)))) return false;
    this.#room = { newcomers, jobId: youngest.job.id };
    youngest.stop();
    return true;
  }

  async #finish(running: RunningJob, claimId: string): Promise<void> {
    const { liveClaims } = this.#parts.queue;
    liveClaims.add(claimId);
    await running.run();
    liveClaims.delete(claimId);
    this.#running.delete(running.job.id);
    this.#wake();
  }
}

function outcomeOfLost({ isCancelRequested, attempts, maxAttempts }: Job, worker: string, at: Date): JobOutcome {
  const error = `The worker ${worker} stopped without reporting a result.`;
  if (isCancelRequested) return { state: "cancelled", at };
  if (attempts >= maxAttempts) return { state: "dead", at, error };
  const runAt = attempts === 1 ? at : new Date(at.getTime() + backoffMs(attempts - 1));
  return { state: "delayed", at, runAt, error };
}

async function sleepUnless(woken: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    timer.unref();
  });
  await Promise.race([woken, slept]);
  clearTimeout(timer);
}
