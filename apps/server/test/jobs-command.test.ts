import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ports } from "@consigne/core";
import { createLogger, readConfig, readEnvironment, startServer } from "../src/index.ts";
import { dataFolder, environmentOf, knownAdmin } from "./_server-process.ts";
import { runOperator } from "./_operator.ts";

interface Shown {
  id: string;
  kind: string;
  state: string;
  attempts: number;
}

async function began(context: TestContext) {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const { config, secrets } = readConfig(readEnvironment(environment));
  const captured: { ports?: Ports } = {};
  const server = await startServer({
    config,
    secrets,
    logger: createLogger("silent"),
    graceMs: 100,
    replacePorts: (embedded) => (captured.ports = embedded),
  });
  context.after(() => server[Symbol.asyncDispose]());
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runOperator(["jobs", ...args, "--json"], environment);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as unknown;
  };
  const list = async (...args: string[]) => (await run("list", ...args)) as Shown[];
  return { environment, server, ports: captured.ports ?? assert.fail(), run, list };
}

test("jobs list shows background jobs by state and kind", async (context) => {
  const { environment, list } = await began(context);
  let done: Shown[] = [];
  while (done.length < 8) {
    done = await list("--state", "done");
    await sleep(20);
  }
  assert.deepEqual(done.map(({ kind }) => kind).toSorted(), [
    "collect-bytes",
    "empty-trash",
    "expire",
    "remove-accounts",
    "remove-bytes",
    "scrub",
    "statistics",
    "sweep-staged",
  ]);
  assert.equal((await list("--kind", "expire")).length, 1);
  const { stdout } = await runOperator(["jobs", "show", done[0]?.id ?? ""], environment);
  assert.match(stdout, /^state: +done$/m);
  for (const [args, message] of [
    [
      ["retry", done[0]?.id ?? ""],
      /was not retried: it is done, and only dead, cancelled and delayed jobs can be retried\./,
    ],
    [["cancel", done[0]?.id ?? ""], /was not cancelled: it is already done/],
    [["list", "--kind", "bogus"], /no jobs of kind bogus\. Kinds: (?=.*\bexpire\b).*\bsweep-staged\b/],
    [["show", "unknown"], /There is no job unknown/],
  ] as const) {
    const { code, stderr } = await runOperator(["jobs", ...args], environment);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, message);
  }
});

test("jobs retry runs a delayed job now", async (context) => {
  const { environment, server, ports, run } = await began(context);
  const { clock, database } = ports;
  const runAt = new Date(clock.now().getTime() + 3_600_000);
  const id = await database.transaction((rows) => server.services.jobs.add(rows, { kind: "expire", runAt }));
  const { code, stdout, stderr } = await runOperator(["jobs", "retry", id ?? ""], environment);
  assert.deepEqual([code, stdout, stderr], [0, `Job ${id} will run now.\n`, ""]);
  while (((await run("show", id ?? "")) as Shown).state !== "done") await sleep(20);
});

test("jobs cancel ends a waiting job, and jobs retry runs it again beside a running server", async (context) => {
  const { server, ports, run } = await began(context);
  const { jobs } = server.services;
  const { clock, database } = ports;
  const runAt = new Date(clock.now().getTime() + 3_600_000);
  const id = await database.transaction((rows) => jobs.add(rows, { kind: "expire", runAt }));
  assert.deepEqual(await run("cancel", id ?? ""), { id, state: "cancelled" });
  assert.deepEqual(await run("retry", id ?? ""), { id, isRetried: true });
  while (((await run("show", id ?? "")) as Shown).state !== "done") await sleep(20);
});
