import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { work } from "../_scheduled-work.ts";
import { type Bench, DAY_MS, MINUTE_MS, openBench, uploadTexts } from "../_services.ts";

const rules = (everyMs: number) => ({ scrub: { everyMs, bytesPerSecond: 1e9, keepMs: 0 }, guestFilesMs: 0 });

async function filled(bench: Bench): Promise<void> {
  await uploadTexts(bench, await bench.account(), { "a.txt": "one", "b.txt": "four", "c.txt": "three" });
}

/** Runs jobs that were added before; schedules nothing. */
const workQueued = (bench: Bench, onStep?: (step: string) => Promise<void>) => work(bench, "none", onStep, 1);

const activity = async ({ services }: Bench) => (await services.status.read("operator")).scrub.activity;
const lastPass = async ({ services }: Bench) => (await services.scrub.readState()).last;

test("a requested pass does not wait until one is due, and is recorded with who requested it", async () => {
  await using bench = await openBench({ housekeeping: rules(DAY_MS) });
  const { auditLog, scrubRequests } = bench.services;
  await filled(bench);
  await work(bench, "scrub");
  assert.equal((await lastPass(bench))?.damaged, 0);
  const [blob] = await bench.ports.database.blobs.listPage(undefined, 1);
  using stored = new StoredBytes(join(bench.dataDir, "bytes"));
  stored.replace(blob?.key ?? "", "x".repeat(blob?.sizeBytes ?? 0));
  assert.equal(await activity(bench), "idle");
  assert.equal(await scrubRequests.start("operator"), true);
  assert.equal(await activity(bench), "waiting");
  assert.equal(await scrubRequests.start("operator"), false, "one is enough");
  assert.deepEqual(await workQueued(bench), ["done"]);
  assert.equal((await lastPass(bench))?.damaged, 1);
  assert.equal(await activity(bench), "idle");
  const logged = await (await auditLog.list("operator", { limit: 500 })).all();
  const records = logged.filter(({ action }) => action === "storage.check");
  const jobs = (await bench.services.jobs.list("operator", { kind: "scrub" })).map(({ id }) => id);
  assert.deepEqual(
    records.map(({ objectId, address }) => [jobs.includes(objectId ?? ""), address]),
    [[true, "operator"]],
  );
  assert.equal(await scrubRequests.start("operator"), true, "each pass can be followed by another");
});

test("a pass can be requested although the scrub is off, and an interrupted one continues when requested", async () => {
  await using bench = await openBench({ housekeeping: rules(0) });
  const { jobs, scrubRequests } = bench.services;
  await filled(bench);
  assert.equal(await scrubRequests.start("operator"), true);
  let kept = 0;
  await workQueued(bench, async (step) => {
    if (step === "place kept" && ++kept === 2) throw new Error("a fault of the test");
  });
  assert.equal(await activity(bench), "running", "the job is tried again");
  const [job] = await jobs.list("operator", { kind: "scrub" });
  await jobs.cancel("operator", job?.id ?? "");
  assert.equal(await activity(bench), "stopped");
  assert.equal(await scrubRequests.start("operator"), true);
  assert.equal(await activity(bench), "running");
  let read = 0;
  await workQueued(bench, async (step) => void (read += step === "content read" ? 1 : 0));
  assert.equal(read, 1);
  assert.equal((await lastPass(bench))?.contents, 3);
  assert.equal(await activity(bench), "idle");
});

test("a requested pass is passed on from job to job, so that restarts within weeks are not too many for one", async () => {
  const { scrub, ...others } = rules(0);
  await using bench = await openBench({ housekeeping: { scrub: { ...scrub, runMs: 0 }, ...others } });
  const { jobs, scrubRequests } = bench.services;
  await filled(bench);
  await scrubRequests.start("operator");
  await workQueued(bench, async (step) => {
    const [job] = await jobs.list("operator", { kind: "scrub", states: ["running"] });
    if (step === "content read") await jobs.cancel("operator", job?.id ?? "");
  });
  assert.equal(await activity(bench), "stopped", "a cancelled one is not passed on");
  await scrubRequests.start("operator");
  for (;;) {
    await workQueued(bench);
    const now = await activity(bench);
    if (now === "idle") break;
    assert.equal(now, "running");
    assert.equal(await scrubRequests.start("operator"), false);
  }
  assert.equal((await lastPass(bench))?.contents, 3);
  // The cancelled one, at least two that read one content each, and one that finds that no more is left.
  assert.ok((await jobs.list("operator", { kind: "scrub" })).length >= 4);
});

test("two jobs never work on one pass", async () => {
  await using bench = await openBench({ housekeeping: rules(DAY_MS) });
  const { scrubRequests } = bench.services;
  await filled(bench);
  await scrubRequests.start("operator");
  const steps: string[] = [];
  const other: string[] = [];
  await workQueued(bench, async (step) => {
    steps.push(step);
    if (step !== "content read" || other.length > 0) return;
    assert.equal(await activity(bench), "running");
    assert.equal(await scrubRequests.start("operator"), false);
    assert.deepEqual(await work(bench, "scrub", async (name) => void other.push(name)), ["done"]);
  });
  assert.deepEqual(other, ["claimed", "done"]);
  assert.equal(steps.filter((step) => step === "content read").length, 3);
  assert.equal((await lastPass(bench))?.contents, 3);
});

test("a request is heeded even if a job of the schedule is just ending", async () => {
  await using bench = await openBench({ housekeeping: rules(DAY_MS) });
  await filled(bench);
  await work(bench, "scrub");
  const before = await lastPass(bench);
  let isRequested = false;
  const request = async (step: string) => {
    if (step === "done" && !isRequested) isRequested = await bench.services.scrubRequests.start("operator");
  };
  await work(bench, "scrub", request, 11 * MINUTE_MS);
  assert.ok(isRequested);
  // The same worker may have finished it already.
  if ((await activity(bench)) !== "idle") await workQueued(bench);
  const after = await lastPass(bench);
  assert.ok((after?.beganAt ?? 0) > (before?.beganAt ?? 0));
});

test("only administrators may request a pass", async () => {
  await using bench = await openBench({ housekeeping: rules(DAY_MS) });
  await assert.rejects(bench.services.scrubRequests.start(await bench.account()), { code: "not-allowed" });
  assert.deepEqual(await bench.services.jobs.list("operator", { kind: "scrub" }), []);
});
