import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type JobKind, JobQueue, systemClock } from "@consigne/core";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { dataFolder } from "./_server-process.ts";

const JOBS = 40;
const LEFT_TO_OTHERS = 5;
const ACCOUNTS = ["ana", "bob"];
const child = fileURLToPath(new URL("_worker-child.ts", import.meta.url));
const kind: JobKind = { name: "parts", maxAttempts: 5, timeoutMs: 60_000, run: async () => assert.fail("not here") };

interface WorkerProcess {
  program: ChildProcess;
  ended: Promise<unknown[]>;
  /** It is looking for jobs by now. */
  hasBegun: Promise<unknown>;
  lines(): string[];
}

/** `workers`: this many must have begun a job before it runs one; otherwise the first might run them all. */
function startWorker(folder: string, workers: number, killedAfter?: number): WorkerProcess {
  const args = [child, folder, String(workers), ...(killedAfter === undefined ? [] : [String(killedAfter)])];
  const program = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return {
    program,
    ended: once(program, "close"),
    hasBegun: once(program.stdout, "data"),
    lines: () => output.split("\n").filter(Boolean),
  };
}

test("workers in several processes share the jobs, each done by one at a time, whoever is killed", async (context) => {
  const folder = await dataFolder(context);
  await using opened = await openPorts(embeddedEngines, await openDataFolder(folder, { mayCreate: true }));
  const { database } = opened.ports;
  const queue = new JobQueue({ database, clock: systemClock, kinds: [kind] });
  const order = (count: number, from: number) =>
    database.transaction(async (rows) => {
      for (let number = from; number < from + count; number++) {
        const accountId = ACCOUNTS[number % ACCOUNTS.length] ?? "";
        assert.ok(await queue.add(rows, { kind: "parts", payload: { number }, accountId }));
      }
    });

  await order(LEFT_TO_OTHERS, 0);
  const killed = startWorker(folder, 1, 3);
  context.after(() => killed.program.kill("SIGKILL"));
  assert.deepEqual(await killed.ended, [null, "SIGKILL"], "in the middle of a job");
  const others = [startWorker(folder, 3), startWorker(folder, 3)];
  context.after(() => others.forEach(({ program }) => program.kill("SIGKILL")));
  await Promise.all(others.map(({ hasBegun }) => hasBegun));
  await order(JOBS - LEFT_TO_OTHERS, LEFT_TO_OTHERS);
  while ((await queue.list("operator", { states: ["done"] })).length < JOBS) await sleep(20);

  for (const { program } of others) program.stdin?.end();
  for (const { ended } of others) assert.deepEqual(await ended, [0, null]);
  const workers = [killed, ...others];
  const lines = workers.flatMap((worker) => worker.lines());
  assert.deepEqual(
    lines.filter((line) => line.startsWith("beside")),
    [],
    "no job ran in two workers at once",
  );
  for (const worker of workers)
    assert.ok(
      worker.lines().some((line) => line.startsWith("begins")),
      "each ran some",
    );
  const ends = lines.filter((line) => line.startsWith("ends"));
  assert.equal(new Set(ends).size, JOBS, "each was done");
  // It may have been killed before the end of a job was recorded.
  const isOfKilled = new Set(killed.lines());
  const kept = others.flatMap((worker) => worker.lines()).filter((line) => line.startsWith("ends"));
  assert.equal(kept.length, new Set(kept).size, "each was done once by the surviving workers");
  assert.equal(ends.length, JOBS + kept.filter((line) => isOfKilled.has(line)).length);
  const done = await queue.list("operator", { states: ["done"] });
  const again = done.filter(({ attempts }) => attempts > 1).length;
  assert.ok(again >= 1 && again <= 3, `${again} jobs of the killed worker were begun again`);
  const effects = await database.discardedBytes.list(undefined, 1000);
  assert.equal(effects.length, JOBS * 2);
});
