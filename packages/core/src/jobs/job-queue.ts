import type { Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import type { Job, JobPayload, JobState } from "./job.ts";
import type { JobKind } from "./job-kind.ts";

const USUAL_PRIORITY = 5;
const PAGE = 500;

export interface JobOrder {
  kind: string;
  payload?: JobPayload;
  accountId?: string;
  /** Nothing is added while a job of the same key is under way. */
  uniqueKey?: string;
  /** 0 goes first, 9 last; 5 when not given. */
  priority?: number;
  runAt?: Date;
}

export interface JobFilter {
  states?: readonly JobState[];
  kind?: string;
  limit?: number;
}

/** Where jobs are ordered, looked at and called off. They are done by a `JobWorker`, here or in another process. */
export class JobQueue {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #listeners = new Set<() => void>();

  constructor(input: { database: Database; clock: Clock; kinds: readonly JobKind[] }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#kinds = new Map(input.kinds.map((kind) => [kind.name, kind]));
  }

  get kinds(): ReadonlyMap<string, JobKind> {
    return this.#kinds;
  }

  /**
   * Orders a job in the transaction of what causes it, so that both are there or neither; call `wake` after it.
   * @returns its id, or undefined while one with the same unique key is under way
   */
  async add(rows: Pick<Repositories, "jobs">, order: JobOrder): Promise<string | undefined> {
    const kind = this.#kinds.get(order.kind);
    if (kind === undefined) throw new RangeError(`There is no kind of job called ${order.kind}.`);
    const now = this.#clock.now();
    const id = newRecordId();
    const wasAdded = await rows.jobs.add({
      id,
      kind: kind.name,
      payload: order.payload ?? {},
      accountId: order.accountId,
      uniqueKey: order.uniqueKey,
      priority: order.priority ?? USUAL_PRIORITY,
      runAt: order.runAt ?? now,
      maxAttempts: kind.maxAttempts,
      createdAt: now,
    });
    return wasAdded ? id : undefined;
  }

  /** Tells workers of this process that there may be something to do. Others look once a second. */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }

  /** @returns what ends the listening */
  onWake(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For administrators, as all below. @throws {DomainError} what the policy says to others */
  async find(by: Principal, id: string): Promise<Job | undefined> {
    requireAdministrator(by, this.#clock);
    return this.#database.jobs.findById(id);
  }

  /** Newest first, at most 500. */
  async list(by: Principal, filter: JobFilter = {}): Promise<Job[]> {
    requireAdministrator(by, this.#clock);
    return this.#database.jobs.list({ ...filter, limit: Math.min(filter.limit ?? PAGE, PAGE) });
  }

  /** A job that waits ends at once, one that runs is told to. False when there is none or it had ended. */
  async cancel(by: Principal, id: string): Promise<boolean> {
    const now = this.#clock.now();
    const before = await this.#database.jobs.cancel(permitAdministrator(by, id, { now }), now);
    this.wake();
    return before !== undefined;
  }

  /** Begins a dead or cancelled job anew. False for any other, and while another of its unique key is under way. */
  async retry(by: Principal, id: string): Promise<boolean> {
    const now = this.#clock.now();
    const wasBegun = await this.#database.jobs.retry(permitAdministrator(by, id, { now }), now);
    this.wake();
    return wasBegun;
  }
}
