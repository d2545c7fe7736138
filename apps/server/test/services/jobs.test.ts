import assert from "node:assert/strict";
import { once } from "node:events";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ClaimLostError,
  type Clock,
  DatabaseError,
  type Job,
  type JobAttempt,
  JobGivenUpError,
  type JobKind,
  JobQueue,
  type JobSchedule,
  JobScheduler,
  JobWorker,
  type JobWorkerParts,
  systemClock,
} from "@consigne/core";
import { type Bench, DAY_MS, HOUR_MS, MINUTE_MS, openBench, overriding } from "../_services.ts";

const LEASE_MS = 300;

const kindOf = (name: string, run: JobKind["run"], changes: Partial<JobKind> = {}): JobKind => ({
  name,
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  run,
  ...changes,
});

/** A queue and its workers on the database of the bench. */
class World {
  readonly queue: JobQueue;
  readonly scheduler: JobScheduler;
  readonly failures: unknown[] = [];
  readonly #bench: Bench;
  readonly #clock: Clock;
  readonly #ended = new EventTarget();

  constructor(bench: Bench, kinds: JobKind[], options: { clock?: Clock; schedules?: JobSchedule[] } = {}) {
    this.#bench = bench;
    this.#clock = options.clock ?? bench.clock;
    const { database } = bench.ports;
    this.queue = new JobQueue({ database, clock: this.#clock, kinds });
    const schedules = options.schedules ?? [];
    this.scheduler = new JobScheduler({ database, queue: this.queue, clock: this.#clock, schedules });
  }

  worker(changes: Partial<JobWorkerParts> = {}): JobWorker {
    const worker = new JobWorker({
      database: this.#bench.ports.database,
      queue: this.queue,
      scheduler: this.scheduler,
      clock: this.#clock,
      name: "worker",
      slots: 2,
      mostPerAccount: 2,
      leaseMs: LEASE_MS,
      lookMs: 20,
      events: {
        ended: (job) => this.#ended.dispatchEvent(new Event(job.id)),
        failed: (error) => this.failures.push(error),
      },
      ...changes,
    });
    worker.start();
    return worker;
  }

  async order(kind: string, changes: { accountId?: string; priority?: number; lane?: string } = {}): Promise<string> {
    const id = await this.#bench.ports.database.transaction((rows) => this.queue.add(rows, { kind, ...changes }));
    this.queue.wake();
    return id ?? assert.fail("not added");
  }

  async get(id: string): Promise<Job> {
    return (await this.queue.find("operator", id)) ?? assert.fail(`no job ${id}`);
  }

  /** The job once its attempt has ended. */
  async afterAttempt(id: string): Promise<Job> {
    await once(this.#ended, id);
    return this.get(id);
  }

  /** Like a worker that takes a job and is killed. */
  async takeAndDie(): Promise<Job> {
    const now = this.#clock.now();
    const leaseEndsAt = new Date(now.getTime() + LEASE_MS);
    const kinds = [...this.queue.kinds.keys()];
    const request = {
      now,
      claimId: `dead ${Math.random()}`,
      worker: "victim",
      leaseEndsAt,
      kinds,
      mostPerAccount: 9,
      mostPerLane: 9,
    };
    return (await this.#bench.ports.database.jobs.claim(request)) ?? assert.fail("nothing to take");
  }
}

const untilAborted = async (attempt: JobAttempt): Promise<never> => {
  if (!attempt.signal.aborted) await once(attempt.signal, "abort");
  throw attempt.signal.reason;
};

suite("jobs", () => {
  test("are given up by an account with several for an account with none, and the oldest keeps running", async () => {
    await using bench = await openBench();
    const [greedy, other, third] = [await bench.account(), await bench.account(), await bench.account()];
    const runs: string[] = [];
    const kind = kindOf("endless", async (attempt) => {
      runs.push(attempt.job.id);
      await untilAborted(attempt);
    });
    const world = new World(bench, [kind]);
    const by = ({ account }: typeof greedy) => world.order("endless", { accountId: account.id });
    const until = async (count: number): Promise<void> => {
      while (runs.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const states = async (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await world.get(id)).state));
    await using _ = world.worker({ makesRoom: true });
    const own = [await by(greedy), await by(greedy), await by(greedy), await by(greedy)];
    await until(2);
    const [oldest = ""] = runs;
    const newcomer = await by(other);
    await until(3);
    assert.equal(runs[2], newcomer);
    assert.deepEqual(await states([oldest, newcomer]), ["running", "running"]);
    const given = await world.get(runs[1] ?? "");
    assert.deepEqual([given.state, given.attempts], ["ready", 0]);
    // Each has one by now: nobody makes room.
    const late = await by(third);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(await states([oldest, newcomer, late]), ["running", "running", "ready"]);
    assert.equal(runs.length, 3);
    assert.equal((await states(own)).filter((state) => state === "ready").length, 3);
  });

  test("are given up within a lane for an account with none running there", async () => {
    await using bench = await openBench();
    const [greedy, other] = [await bench.account(), await bench.account()];
    const runs: string[] = [];
    const kind = kindOf("endless", async (attempt) => {
      runs.push(attempt.job.id);
      await untilAborted(attempt);
    });
    const world = new World(bench, [kind]);
    const by = ({ account }: typeof greedy, lane: string) => world.order("endless", { accountId: account.id, lane });
    const until = async (count: number): Promise<void> => {
      while (runs.length < count) await sleep(10);
    };
    await using _ = world.worker({ makesRoom: true, slots: 8, mostPerAccount: 3, mostPerLane: 2 });
    for (let count = 0; count < 4; count++) await by(greedy, "host a");
    await until(2);
    const [oldest = "", youngest = ""] = runs;
    const elsewhere = await by(other, "host b");
    await until(3);
    const newcomer = await by(other, "host a");
    await until(4);
    assert.deepEqual(runs.slice(2), [elsewhere, newcomer]);
    const given = await world.get(youngest);
    assert.deepEqual([given.state, given.attempts, (await world.get(oldest)).state], ["ready", 0, "running"]);
    await sleep(200);
    assert.equal(runs.length, 4, "each has one in the lane: nobody makes room");
  });

  test("leave their place in a lane to the account it was freed for, even while the worker looks for jobs", async () => {
    await using bench = await openBench();
    const [greedy, other] = [await bench.account(), await bench.account()];
    const runs = new Map<string, JobAttempt>();
    const [mayEnd, hasEnded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const kind = kindOf("slow to end", async (attempt) => {
      runs.set(attempt.job.id, attempt);
      await untilAborted(attempt).catch(() => mayEnd.promise);
      attempt.signal.throwIfAborted();
    });
    const { database } = bench.ports;
    const jobs = overriding(database.jobs, {
      claim: async (request) => {
        const job = await database.jobs.claim(request);
        if (![...runs.values()].some(({ signal }) => signal.aborted)) return job;
        mayEnd.resolve();
        await hasEnded.promise;
        return job;
      },
      settle: async (...given) => {
        const isSettled = await database.jobs.settle(...given);
        hasEnded.resolve();
        return isSettled;
      },
    });
    const world = new World(bench, [kind]);
    const by = ({ account }: typeof greedy, lane: string) =>
      world.order("slow to end", { accountId: account.id, lane });
    const until = async (count: number): Promise<void> => {
      while (runs.size < count) await sleep(10);
    };
    const bounds = { makesRoom: true, slots: 8, mostPerAccount: 3, mostPerLane: 2 };
    await using _ = world.worker({ ...bounds, database: overriding(database, { jobs }) });
    for (let count = 0; count < 4; count++) await by(greedy, "host a");
    await until(2);
    // Its turn now comes after the others'.
    await by(other, "host b");
    await until(3);
    const newcomer = await by(other, "host a");
    await until(4);
    assert.equal([...runs.keys()].at(-1), newcomer);
  });

  test("are completed with their arguments, and report progress", async () => {
    await using bench = await openBench();
    const seen: unknown[] = [];
    const kind = kindOf("count", async (attempt) => {
      await attempt.report({ done: 1, total: 2 });
      seen.push(attempt.job.payload, (await world.get(attempt.job.id)).progress);
    });
    const world = new World(bench, [kind]);
    await using _ = world.worker();
    const id = await bench.ports.database.transaction((rows) =>
      world.queue.add(rows, { kind: "count", payload: { of: "x" } }),
    );
    world.queue.wake();
    const job = await world.afterAttempt(id ?? "");
    assert.deepEqual([job.state, job.attempts, job.claim], ["done", 1, undefined]);
    assert.deepEqual(seen, [{ of: "x" }, { done: 1, total: 2 }]);
    await assert.rejects(
      bench.ports.database.transaction((rows) => world.queue.add(rows, { kind: "unknown" })),
      RangeError,
    );
  });

  test("are retried later on failure, are dead after the last attempt, and can be restarted", async () => {
    await using bench = await openBench();
    let isBroken = true;
    const kind = kindOf("fail", async () => {
      if (isBroken) throw new Error("The bridge is out.");
    });
    const world = new World(bench, [kind]);
    await using _ = world.worker();
    const id = await world.order("fail");
    for (let attempt = 1; attempt <= 3; attempt++) {
      const job = await world.afterAttempt(id);
      assert.deepEqual([job.attempts, job.lastError], [attempt, "The bridge is out."]);
      assert.equal(job.state, attempt < 3 ? "delayed" : "dead");
      if (attempt < 3) assert.ok(job.runAt > bench.clock.now(), "waits before it runs again");
      bench.clock.advance(HOUR_MS);
    }
    isBroken = false;
    assert.equal((await world.queue.retry("operator", id)).isDone, true);
    assert.equal((await world.afterAttempt(id)).state, "done");
    assert.equal((await world.queue.retry("operator", id)).isDone, false);
  });

  test("are dead at once if no attempt can do better", async () => {
    await using bench = await openBench();
    const world = new World(bench, [
      kindOf("hopeless", async () => {
        throw new JobGivenUpError("There is no such address.");
      }),
    ]);
    await using _ = world.worker();
    const job = await world.afterAttempt(await world.order("hopeless"));
    assert.deepEqual([job.state, job.lastError], ["dead", "There is no such address."]);
  });

  test("of a killed worker are taken over, and one that kills every worker ends as dead", async () => {
    await using bench = await openBench();
    let runs = 0;
    const world = new World(bench, [kindOf("deadly", async () => void runs++)]);
    const id = await world.order("deadly");
    await world.takeAndDie();
    bench.clock.advance(LEASE_MS);
    {
      await using _ = world.worker();
      const job = await world.afterAttempt(id);
      assert.deepEqual([job.state, job.attempts, runs], ["done", 2, 1]);
    }
    const deadly = await world.order("deadly");
    for (let attempt = 1; attempt <= 3; attempt++) {
      assert.equal((await world.takeAndDie()).attempts, attempt);
      bench.clock.advance(LEASE_MS);
      await using _ = world.worker({ slots: 0 });
      while ((await world.get(deadly)).state === "running") await sleep(10);
      bench.clock.advance(HOUR_MS);
      while ((await world.get(deadly)).state === "delayed") await sleep(10);
    }
    const job = await world.get(deadly);
    assert.deepEqual([job.state, runs], ["dead", 1]);
    assert.match(job.lastError ?? "", /victim stopped without reporting a result/);
  });

  test("keep their claim as long as they really work, even past their time limit", async () => {
    await using bench = await openBench();
    let atOnce = 0;
    let most = 0;
    // A busy machine may be late in extending it.
    const leaseMs = 6 * LEASE_MS;
    const kind = kindOf(
      "slow",
      async () => {
        most = Math.max(most, ++atOnce);
        // Ignores its signal, and so continues long after it was given up.
        await sleep(leaseMs + LEASE_MS);
        atOnce--;
        throw new Error("ended at last");
      },
      { timeoutMs: LEASE_MS },
    );
    const world = new World(bench, [kind], { clock: systemClock });
    await using _ = world.worker({ leaseMs });
    await using other = world.worker({ name: "other", leaseMs });
    other.start();
    const job = await world.afterAttempt(await world.order("slow"));
    assert.deepEqual([most, job.attempts, job.state], [1, 1, "delayed"]);
    assert.match(job.lastError ?? "", /took longer than 0\.3 s/);
  });

  test("are not taken over by another worker of the process when the clock jumps or stands still", async () => {
    await using bench = await openBench();
    const { database } = bench.ports;
    const begun = Promise.withResolvers<JobAttempt>();
    const mayEnd = Promise.withResolvers<void>();
    const kind = kindOf("long", async (attempt) => {
      begun.resolve(attempt);
      await Promise.race([mayEnd.promise, untilAborted(attempt)]);
    });
    const world = new World(bench, [kind]);
    await using _ = world.worker({ leaseMs: HOUR_MS, lookMs: HOUR_MS });
    const id = await world.order("long");
    const { signal, job } = await begun.promise;
    let looked = Promise.withResolvers<void>();
    const hasWork: typeof database.jobs.hasWork = async (...given) => {
      looked.resolve();
      return database.jobs.hasWork(...given);
    };
    const nextLook = async () => {
      looked = Promise.withResolvers<void>();
      await looked.promise;
    };
    const jobs = overriding(database.jobs, { hasWork });
    await using looker = world.worker({ leaseMs: HOUR_MS, database: overriding(database, { jobs }) });
    looker.start();
    for (const jumpMs of [DAY_MS, -3 * DAY_MS]) {
      bench.clock.advance(jumpMs);
      await nextLook();
      // It is over when the next one begins.
      await nextLook();
      const now = await world.get(id);
      assert.deepEqual([now.state, now.attempts, now.claim?.id, signal.aborted], ["running", 1, job.claim?.id, false]);
    }
    const ended = world.afterAttempt(id);
    mayEnd.resolve();
    assert.equal((await ended).state, "done");
  });

  test("write nothing more once their claim is lost, and are told to stop", async () => {
    await using bench = await openBench();
    const { database } = bench.ports;
    const begun = Promise.withResolvers<JobAttempt>();
    const goOn = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    const kind = kindOf("rival", async (attempt) => {
      begun.resolve(attempt);
      await goOn.promise;
      try {
        await attempt.commit((rows) => rows.jobs.setNextRun("written by the loser", bench.clock.now()));
      } catch (error) {
        ended.resolve(error);
        throw error;
      }
    });
    const world = new World(bench, [kind]);
    await using _ = world.worker({ lookMs: HOUR_MS, leaseMs: HOUR_MS });
    const id = await world.order("rival");
    const { job, signal } = await begun.promise;
    await database.jobs.settle(id, job.claim?.id ?? "", {
      state: "delayed",
      at: bench.clock.now(),
      runAt: bench.clock.now(),
      error: "x",
    });
    goOn.resolve();
    assert.ok((await ended.promise) instanceof ClaimLostError);
    assert.equal(signal.aborted, true);
    assert.equal(await database.jobs.findNextRun("written by the loser"), undefined);
    assert.equal((await world.get(id)).state, "delayed", "the loser's result is not written either");
  });

  test("end when cancelled while running, and never start when cancelled while waiting", async () => {
    await using bench = await openBench();
    const begun = Promise.withResolvers<void>();
    const kind = kindOf("endless", async (attempt) => {
      begun.resolve();
      await untilAborted(attempt);
    });
    const world = new World(bench, [kind]);
    await using _ = world.worker({ slots: 1 });
    const running = await world.order("endless");
    await begun.promise;
    const waiting = await world.order("endless");
    assert.equal((await world.queue.cancel("operator", waiting)).isDone, true);
    assert.equal((await world.queue.cancel("operator", running)).isDone, true);
    assert.equal((await world.afterAttempt(running)).state, "cancelled");
    assert.deepEqual([(await world.get(waiting)).state, (await world.get(waiting)).attempts], ["cancelled", 0]);
    assert.equal((await world.queue.cancel("operator", running)).isDone, false);
  });

  test("are returned when the server stops, without counting an attempt", async () => {
    await using bench = await openBench();
    const begun = Promise.withResolvers<void>();
    let mayEnd = false;
    const kind = kindOf("patient", async (attempt) => {
      begun.resolve();
      await attempt.step("begun");
      if (!mayEnd) await untilAborted(attempt);
    });
    const world = new World(bench, [kind]);
    const first = world.worker();
    const id = await world.order("patient");
    await begun.promise;
    await first.stop();
    const job = await world.get(id);
    assert.deepEqual([job.state, job.attempts, job.claim, job.lastError], ["ready", 0, undefined, undefined]);
    mayEnd = true;
    await using _ = world.worker();
    assert.equal((await world.afterAttempt(id)).state, "done");
  });

  test("are left to be taken over if the disk cannot be written when the server stops, without delaying it", async () => {
    let isUnwritable = false;
    await using bench = await openBench({
      replace: ({ database }) => {
        const settle: typeof database.jobs.settle = async (...input) => {
          if (isUnwritable) throw new DatabaseError("read-only", "The disk is read-only.");
          return database.jobs.settle(...input);
        };
        return { database: overriding(database, { jobs: overriding(database.jobs, { settle }) }) };
      },
    });
    const begun = Promise.withResolvers<void>();
    const kind = kindOf("patient", async (attempt) => {
      begun.resolve();
      await untilAborted(attempt);
    });
    const world = new World(bench, [kind]);
    const worker = world.worker({ lookMs: HOUR_MS, leaseMs: HOUR_MS });
    const id = await world.order("patient");
    await begun.promise;
    isUnwritable = true;
    await worker.stop();
    assert.equal((await world.get(id)).state, "running");
    assert.ok(world.failures.some((error) => error instanceof DatabaseError));
  });

  test("of two accounts alternate, whoever came first", async () => {
    await using bench = await openBench();
    const order: string[] = [];
    const kind = kindOf("turn", async ({ job }) => void order.push(job.accountId ?? "server"));
    const world = new World(bench, [kind]);
    const ids: string[] = [];
    for (let index = 0; index < 20; index++) ids.push(await world.order("turn", { accountId: "busy" }));
    for (let index = 0; index < 3; index++) ids.push(await world.order("turn", { accountId: "guest" }));
    await using _ = world.worker({ slots: 1 });
    while ((await world.queue.list("operator", { states: ["done"] })).length < ids.length) await sleep(20);
    assert.equal(order.slice(0, 6).filter((account) => account === "guest").length, 3, order.join(" "));
  });

  test("of an account without a running one come first, if its worker favours newcomers", async () => {
    await using bench = await openBench();
    const order: string[] = [];
    const kind = kindOf("picture", async (attempt) => {
      const account = attempt.job.accountId ?? "";
      order.push(account);
      // The first one of this account keeps its slot.
      if (account === "busy" && order.indexOf(account) === order.length - 1) await untilAborted(attempt);
    });
    const world = new World(bench, [kind]);
    for (let index = 0; index < 10; index++) await world.order("picture", { accountId: "busy" });
    for (let index = 0; index < 3; index++) await world.order("picture", { accountId: "guest" });
    await using _ = world.worker({ favoursNewcomers: true });
    while (order.length < 13) await sleep(20);
    assert.equal(order.slice(0, 4).filter((account) => account === "guest").length, 3, order.join(" "));
  });

  test("of the server itself come before those of accounts and strangers", async () => {
    await using bench = await openBench();
    const owner = await bench.account();
    const kinds = ["letter", "tidy"].map((name) => kindOf(name, async () => undefined));
    const world = new World(bench, kinds, { schedules: [{ kind: "tidy", everyMs: MINUTE_MS }] });
    for (let at = 0; at < 3; at++) {
      await world.order("letter");
      await world.order("letter", { accountId: owner.account.id });
    }
    await world.scheduler.orderDue();
    assert.equal((await world.takeAndDie()).kind, "tidy");
  });

  test("that repeat are created once when due, even after a long pause and with a wrong clock", async () => {
    await using bench = await openBench();
    let runs = 0;
    const kind = kindOf("sweep", async () => void runs++);
    const world = new World(bench, [kind], { schedules: [{ kind: "sweep", everyMs: HOUR_MS }] });
    const ordered = async () => {
      await world.scheduler.orderDue();
      return (await world.queue.list("operator")).length;
    };
    assert.equal(await ordered(), 1);
    assert.equal(await ordered(), 1);
    bench.clock.advance(HOUR_MS);
    assert.equal(await ordered(), 1, "the previous run is not done yet");
    {
      await using _ = world.worker();
      while (runs < 1) await sleep(10);
    }
    bench.clock.advance(30 * DAY_MS);
    assert.equal(await ordered(), 2, "one run makes up for thirty days");
    const next = new World(bench, [kind], { schedules: [{ kind: "sweep", everyMs: HOUR_MS }] });
    await next.scheduler.orderDue();
    assert.equal((await world.queue.list("operator")).length, 2, "another process knows what was scheduled");
    await bench.ports.database.jobs.setNextRun("sweep", new Date(bench.clock.now().getTime() + 400 * DAY_MS));
    await using _ = world.worker();
    while (runs < 2) await sleep(10);
    const later = new World(bench, [kind], { schedules: [{ kind: "sweep", everyMs: HOUR_MS }] });
    await later.scheduler.orderDue();
    while (runs < 3) await sleep(10);
    assert.deepEqual(world.failures, []);
  });
});
