import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job } from "../jobs/job.ts";
import type { JobRepository, JobRequest, NewJob } from "../jobs/job-repository.ts";
import { newRecordId } from "../random-ids.ts";
import { at, may } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

function sampleJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: newRecordId(),
    kind: "sample",
    payload: { name: "é", list: [1, { deep: true }] },
    accountId: undefined,
    uniqueKey: undefined,
    lane: undefined,
    priority: 5,
    runAt: changes.createdAt ?? at(0),
    maxAttempts: 3,
    createdAt: at(0),
    ...changes,
  };
}

const request = (changes: Partial<JobRequest> = {}): JobRequest => ({
  now: at(1),
  claimId: newRecordId(),
  worker: "worker",
  leaseEndsAt: at(61),
  kinds: ["sample"],
  mostPerAccount: 100,
  mostPerLane: 100,
  ...changes,
});

const timesAt = (seconds: number) => ({
  now: at(seconds),
  latestLease: at(seconds + 200),
  latestRetry: at(seconds + 4000),
});

async function added(jobs: JobRepository, changes: Partial<NewJob> = {}): Promise<string> {
  const job = sampleJob(changes);
  assert.equal(await jobs.add(job), true);
  return job.id;
}

const claimed = async (jobs: JobRepository, changes: Partial<JobRequest> = {}): Promise<Job> => {
  const job = await jobs.claim(request(changes));
  assert.ok(job, "nothing to claim");
  return job;
};
const claimIdOf = (job: Job): string => job.claim?.id ?? "";

export function jobTests(open: OpenDatabase): void {
  test("keeps a job as created, and hands it out once", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    assert.equal(await jobs.hasWork(timesAt(9), ["sample"]), false);
    assert.equal(await jobs.claim(request()), undefined);
    const order = sampleJob({ accountId: "a", uniqueKey: "u" });
    await jobs.add(order);
    const none = {
      progress: undefined,
      lastError: undefined,
      claim: undefined,
      startedAt: undefined,
      endedAt: undefined,
    };
    const ready: Job = { ...order, state: "ready", attempts: 0, isCancelRequested: false, ...none };
    assert.deepEqual(await jobs.findById(order.id), ready);
    assert.deepEqual(await jobs.findByUniqueKey("u"), ready);
    assert.equal(await jobs.hasWork(timesAt(0), ["sample"]), true);
    assert.equal(await jobs.hasWork(timesAt(0), ["other"]), false);
    assert.equal(await jobs.claim(request({ kinds: ["other"] })), undefined);
    const job = await claimed(jobs, { claimId: "t" });
    const claim = { id: "t", worker: "worker", leaseEndsAt: at(61) };
    assert.deepEqual(job, { ...ready, state: "running", attempts: 1, startedAt: at(1), claim });
    assert.equal(await jobs.claim(request()), undefined);
    assert.equal(await jobs.hasWork(timesAt(1), ["sample"]), false);
    assert.equal(await jobs.findById("unknown"), undefined);
  });

  test("adds no second job with a unique key until the first has ended", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    await added(jobs, { uniqueKey: "u" });
    assert.equal(await jobs.add(sampleJob({ uniqueKey: "u" })), false);
    const job = await claimed(jobs);
    assert.equal(await jobs.add(sampleJob({ uniqueKey: "u" })), false);
    await jobs.settle(job.id, claimIdOf(job), { state: "done", at: at(2) });
    assert.equal(await jobs.findByUniqueKey("u"), undefined);
    assert.equal(await jobs.add(sampleJob({ uniqueKey: "u" })), true);
  });

  test("undoes a new job with the transaction that made it", async () => {
    await using opened = await open();
    const { database } = opened;
    await assert.rejects(
      database.transaction(async (rows) => {
        await rows.jobs.add(sampleJob());
        throw new Error("changed its mind");
      }),
      /changed its mind/,
    );
    assert.deepEqual(await database.jobs.list({ limit: 9 }), []);
  });

  test("picks by priority, then by the turns of accounts, then by age", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const many: string[] = [];
    for (let index = 0; index < 4; index++) many.push(await added(jobs, { accountId: "a", createdAt: at(index - 9) }));
    const late = await added(jobs, { accountId: "b" });
    const urgent = await added(jobs, { accountId: "a", priority: 0 });
    const order: string[] = [];
    for (let index = 0; index < 3; index++) order.push((await claimed(jobs)).id);
    assert.deepEqual([order[0], new Set(order.slice(1))], [urgent, new Set([many[0], late])]);
    // A newcomer starts beside accounts that had many turns, neither before all of them nor behind.
    assert.equal((await claimed(jobs)).id, many[1]);
    const newcomer = await added(jobs, { accountId: "c" });
    const next = [(await claimed(jobs)).id, (await claimed(jobs)).id];
    assert.deepEqual(new Set(next), new Set([many[2], newcomer]));
  });

  test("skips accounts that have enough running", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    await added(jobs, { accountId: "a" });
    await added(jobs, { accountId: "a" });
    const other = await added(jobs, { accountId: "b" });
    const own = await added(jobs);
    const taken: Job[] = [];
    for (let index = 0; index < 3; index++) taken.push(await claimed(jobs, { mostPerAccount: 1 }));
    assert.deepEqual(new Set(taken.map((job) => job.accountId)), new Set(["a", "b", undefined]));
    assert.ok(taken.some((job) => job.id === other) && taken.some((job) => job.id === own));
    assert.equal(await jobs.canClaim(request({ mostPerAccount: 1 })), false);
    assert.equal(await jobs.canClaim(request({ mostPerAccount: 2 })), true);
    assert.equal(await jobs.claim(request({ mostPerAccount: 1 })), undefined);
    const first = taken.find((job) => job.accountId === "a") ?? assert.fail();
    await jobs.settle(first.id, claimIdOf(first), { state: "done", at: at(2) });
    assert.equal((await claimed(jobs, { mostPerAccount: 1 })).accountId, "a");
  });

  test("skips lanes that have enough running, among the requested kinds", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const lane = "host a";
    const [first, second] = [await added(jobs, { lane }), await added(jobs, { lane })];
    const beside = await added(jobs, { lane: "host b" });
    const other = await added(jobs, { kind: "other", lane, accountId: "a" });
    const one = { mostPerLane: 1, mostPerAccount: 1 };
    assert.deepEqual([(await claimed(jobs, one)).id, (await claimed(jobs, one)).id], [first, beside]);
    assert.equal(await jobs.claim(request(one)), undefined);
    assert.equal((await claimed(jobs, { ...one, kinds: ["other"] })).id, other);
    // Running jobs of another kind take no slot of this account here.
    const own = await added(jobs, { accountId: "a" });
    assert.equal((await claimed(jobs, one)).id, own);
    assert.equal((await claimed(jobs, { mostPerLane: 2 })).id, second);
  });

  test("gives a place in a lane to an account with none running there", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const lane = "host a";
    await added(jobs, { lane, accountId: "a" });
    await added(jobs, { lane, accountId: "a" });
    await claimed(jobs);
    await added(jobs, { lane: "host b", accountId: "b" });
    const newcomers = { newcomersTo: lane, mostPerLane: 9 };
    assert.equal(await jobs.canClaim(request(newcomers)), false);
    const other = await added(jobs, { lane, accountId: "b" });
    assert.equal(await jobs.canClaim(request(newcomers)), true);
    assert.equal(await jobs.canClaim(request({ ...newcomers, mostPerLane: 1 })), false);
    assert.equal((await jobs.claim(request({ closedLane: lane })))?.lane, "host b");
    assert.equal(await jobs.canClaim(request({ closedLane: lane })), false);
    assert.equal((await claimed(jobs, newcomers)).id, other);
    assert.equal(await jobs.claim(request(newcomers)), undefined);
  });

  test("adds many jobs of one account at once, after those it has", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const before = await added(jobs, { accountId: "a" });
    const many = Array.from({ length: 250 }, () => sampleJob({ accountId: "a", lane: "l" }));
    await jobs.addMany(many);
    await jobs.addMany([]);
    const beside = await added(jobs, { accountId: "b" });
    const order: string[] = [];
    for (let at = 0; at < 4; at++) order.push((await claimed(jobs)).id);
    // The first of each account come first, in either order.
    assert.deepEqual(new Set(order.slice(0, 2)), new Set([before, beside]));
    assert.deepEqual(order.slice(2), [many[0]?.id, many[1]?.id]);
    assert.equal((await jobs.findById(many[249]?.id ?? ""))?.lane, "l");
    const later = sampleJob({ accountId: "c", runAt: at(50) });
    await jobs.addMany([later]);
    assert.equal((await jobs.findById(later.id))?.state, "delayed");
  });

  test("makes delayed jobs ready when they are due", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const late = await added(jobs, { runAt: at(20) });
    const soon = await added(jobs, { runAt: at(10) });
    assert.equal((await jobs.findById(soon))?.state, "delayed");
    assert.equal(await jobs.hasWork(timesAt(9), ["sample"]), false);
    assert.equal(await jobs.makeReady(timesAt(9), 100), 0);
    assert.equal(await jobs.hasWork(timesAt(10), ["sample"]), true);
    assert.equal(await jobs.makeReady(timesAt(30), 1), 1);
    assert.equal((await claimed(jobs)).id, soon);
    assert.equal(await jobs.makeReady(timesAt(30), 100), 1);
    assert.equal((await claimed(jobs)).id, late);
  });

  test("lets only the holder of the claim write, and reports a lost claim", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    await added(jobs);
    const first = await claimed(jobs);
    const progress = { done: 3, total: undefined };
    assert.equal(await jobs.renew(first.id, claimIdOf(first), { leaseEndsAt: at(100), progress }), "held");
    assert.deepEqual((await jobs.findById(first.id))?.progress, progress);
    assert.deepEqual(await jobs.listOverdue(timesAt(99), 10), []);
    const [overdue] = await jobs.listOverdue(timesAt(100), 10);
    assert.equal(overdue?.id, first.id);
    assert.equal(await jobs.hasWork(timesAt(100), ["sample"]), true);
    const again = { state: "delayed", at: at(100), runAt: at(100), error: "no word" } as const;
    assert.equal(await jobs.settle(first.id, claimIdOf(first), again), true);
    assert.equal(await jobs.renew(first.id, claimIdOf(first), {}), "lost");
    await jobs.makeReady(timesAt(100), 10);
    const second = await claimed(jobs, { now: at(101) });
    assert.deepEqual([second.id, second.attempts, second.lastError], [first.id, 2, "no word"]);
    assert.equal(await jobs.renew(first.id, claimIdOf(first), { leaseEndsAt: at(900) }), "lost");
    assert.equal(await jobs.settle(first.id, claimIdOf(first), { state: "done", at: at(102) }), false);
    assert.equal((await jobs.findById(first.id))?.state, "running");
    assert.equal(await jobs.settle(second.id, claimIdOf(second), { state: "done", at: at(103) }), true);
    const done = await jobs.findById(first.id);
    assert.deepEqual(
      [done?.state, done?.endedAt, done?.claim, done?.lastError],
      ["done", at(103), undefined, undefined],
    );
  });

  test("treats leases and retries far in the future, set by a wrong clock, as expired", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    await added(jobs);
    const first = await claimed(jobs, { now: at(90_000), leaseEndsAt: at(90_060) });
    assert.equal(await jobs.hasWork(timesAt(5), ["sample"]), true);
    const [overdue] = await jobs.listOverdue(timesAt(5), 10);
    assert.equal(overdue?.id, first.id);
    await jobs.settle(first.id, claimIdOf(first), { state: "delayed", at: at(5), runAt: at(95_000), error: "x" });
    const planned = await added(jobs, { runAt: at(99_000) });
    assert.equal(await jobs.hasWork(timesAt(6), ["sample"]), true);
    assert.equal(await jobs.makeReady(timesAt(6), 10), 1);
    assert.deepEqual([(await claimed(jobs)).id, (await jobs.findById(planned))?.state], [first.id, "delayed"]);
  });

  test("does not run a job again that was cancelled while running", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    for (const outcome of [
      { state: "delayed", at: at(4), runAt: at(9), error: "x" },
      { state: "ready", at: at(4) },
    ] as const) {
      await added(jobs);
      const job = await claimed(jobs);
      await jobs.cancel(may(job.id), at(3));
      assert.equal(await jobs.settle(job.id, claimIdOf(job), outcome), true);
      const settled = await jobs.findById(job.id);
      assert.deepEqual([settled?.state, settled?.endedAt], ["cancelled", at(4)]);
    }
  });

  test("counts no attempt that was returned unharmed", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    await added(jobs);
    const first = await claimed(jobs);
    await jobs.settle(first.id, claimIdOf(first), { state: "ready", at: at(2) });
    assert.equal((await claimed(jobs)).attempts, 1);
  });

  test("ends a waiting job at once, and asks a running one to stop", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const waiting = await added(jobs, { runAt: at(50) });
    assert.equal(await jobs.cancel(may(waiting), at(3)), "delayed");
    assert.equal((await jobs.findById(waiting))?.state, "cancelled");
    assert.equal(await jobs.cancel(may(waiting), at(4)), undefined);
    assert.equal(await jobs.cancel(may("unknown"), at(4)), undefined);
    await added(jobs);
    const job = await claimed(jobs);
    assert.equal(await jobs.cancel(may(job.id), at(5)), "running");
    assert.equal((await jobs.findById(job.id))?.isCancelRequested, true);
    assert.equal(await jobs.renew(job.id, claimIdOf(job), {}), "cancel-requested");
    assert.equal(await jobs.settle(job.id, claimIdOf(job), { state: "cancelled", at: at(6) }), true);
  });

  test("makes a delayed job ready at once when it is retried, and keeps the count of its attempts", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const id = await added(jobs, { uniqueKey: "u" });
    const job = await claimed(jobs);
    await jobs.settle(id, claimIdOf(job), { state: "delayed", at: at(2), runAt: at(3000), error: "broken" });
    assert.equal(await jobs.retry(may(id), at(3)), true);
    const { state, runAt } = (await jobs.findById(id)) ?? assert.fail();
    assert.deepEqual([state, runAt], ["ready", at(3)]);
    const again = await claimed(jobs);
    assert.deepEqual([again.id, again.attempts], [id, 2]);
  });

  test("restarts no job that is ready, running or done", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const id = await added(jobs);
    assert.equal(await jobs.retry(may(id), at(1)), false);
    const job = await claimed(jobs);
    assert.equal(await jobs.retry(may(id), at(2)), false);
    await jobs.settle(id, claimIdOf(job), { state: "done", at: at(3) });
    assert.equal(await jobs.retry(may(id), at(4)), false);
    assert.equal(await jobs.retry(may("unknown"), at(4)), false);
  });

  test("restarts dead and cancelled jobs, unless another with their key waits or runs", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const id = await added(jobs, { uniqueKey: "u" });
    const job = await claimed(jobs);
    await jobs.settle(id, claimIdOf(job), { state: "dead", at: at(2), error: "broken" });
    assert.equal((await jobs.findById(id))?.lastError, "broken");
    const other = await added(jobs, { uniqueKey: "u", priority: 9 });
    assert.equal(await jobs.retry(may(id), at(3)), false, "another with its key is running");
    await jobs.cancel(may(other), at(3));
    assert.equal(await jobs.retry(may(id), at(4)), true);
    const again = await claimed(jobs);
    assert.deepEqual([again.id, again.attempts, again.endedAt], [id, 1, undefined]);
  });

  test("forgets a job if it asked for that at its end, unless its claim was lost", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    await jobs.add(sampleJob({ uniqueKey: "once" }));
    const job = await claimed(jobs);
    const outcome = { state: "done", at: at(2), isForgotten: true } as const;
    assert.equal(await jobs.settle(job.id, "of another", outcome), false);
    assert.equal((await jobs.findById(job.id))?.state, "running");
    assert.equal(await jobs.settle(job.id, claimIdOf(job), outcome), true);
    assert.equal(await jobs.findById(job.id), undefined);
    assert.equal(await jobs.add(sampleJob({ uniqueKey: "once" })), true);
  });

  test("lists newest first, by state, kind and account, page by page, and forgets those long ended", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    const old = await added(jobs, { createdAt: at(-5), accountId: "a" });
    const young = await added(jobs, { createdAt: at(5), kind: "other", runAt: at(9) });
    const ids = (listed: Job[]) => listed.map((job) => job.id);
    const all = await jobs.list({ limit: 10 });
    assert.deepEqual(ids(all), [young, old]);
    assert.deepEqual(ids(await jobs.list({ limit: 1 })), [young]);
    assert.deepEqual(ids(await jobs.list({ limit: 9, after: all[0] ?? assert.fail() })), [old]);
    assert.deepEqual(ids(await jobs.list({ states: ["ready"], limit: 9 })), [old]);
    assert.deepEqual(ids(await jobs.list({ kind: "other", limit: 9 })), [young]);
    assert.deepEqual(ids(await jobs.list({ accountId: "a", limit: 9 })), [old]);
    await jobs.cancel(may(old), at(10));
    assert.equal(await jobs.removeEndedBefore(at(10)), 0);
    assert.equal(await jobs.removeEndedBefore(at(11)), 1);
    assert.deepEqual(ids(await jobs.list({ limit: 9 })), [young]);
  });

  test("remembers when a schedule is due", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    assert.equal(await jobs.findNextRun("sweep"), undefined);
    await jobs.setNextRun("sweep", at(1));
    await jobs.setNextRun("sweep", at(2));
    await jobs.setNextRun("other", at(3));
    assert.deepEqual(await jobs.findNextRun("sweep"), at(2));
  });

  test("never gives a job to two of many that ask at once", async () => {
    await using opened = await open();
    const { jobs } = opened.database;
    for (let index = 0; index < 40; index++) await added(jobs, { accountId: `account ${index % 3}` });
    const taken = await Promise.all(Array.from({ length: 60 }, () => jobs.claim(request())));
    const ids = taken.flatMap((job) => (job === undefined ? [] : [job.id]));
    assert.deepEqual([ids.length, new Set(ids).size], [40, 40]);
  });
}
