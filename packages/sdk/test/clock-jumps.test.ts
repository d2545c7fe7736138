import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  ApiClient,
  fault,
  Gate,
  type FaultyServer,
  patternBytes,
  type SeenRequest,
  startFaultyServer,
} from "@consigne/testkit";
import type { JumpingOrder, JumpingOutcome } from "./_jumping-program.ts";

const HOUR_MS = 3_600_000;
const jumps = { "an hour ahead": HOUR_MS, "a day back": -24 * HOUR_MS };
const LISTING_MS = 2000;
/** One call per second is allowed, so a busy machine needs seconds to bunch up too many. */
const settings = {
  CONSIGNE_LIMITS: "authentic",
  CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "1",
  CONSIGNE_LIMIT_BURST: "3",
  CONSIGNE_LIMIT_KEY_REQUESTS_PER_SECOND: "1",
  CONSIGNE_LIMIT_KEY_BURST: "3",
  CONSIGNE_LIMIT_LISTING_SECONDS: String(LISTING_MS / 1000),
};
const PACE_MS = 1112;
/** Long enough for calls to be made in it, even on a busy machine. */
const LOCK_MS = 6000;

/** A server with the limits of 1fichier.com, and programs that call it with their own clocks. */
async function setUp() {
  await using started = new AsyncDisposableStack();
  const stateFolder = await mkdtemp(join(tmpdir(), "consigne-jumps-"));
  started.defer(() => rm(stateFolder, { recursive: true, force: true }));
  const server = started.use(await startFaultyServer({ settings, storage: "memory" }));
  const { id: folderId } = await server.seed.folder("folder");
  const run = (scenario: JumpingOrder["scenario"], more: Partial<JumpingOrder> = {}): Promise<JumpingOutcome> =>
    runProgram({ scenario, url: server.url, apiKey: server.apiKey, stateFolder, folderId, jumpMs: 0, ...more });
  const running = started.move();
  return { server, stateFolder, folderId, run, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function runProgram(order: JumpingOrder): Promise<JumpingOutcome> {
  const program = fileURLToPath(new URL("_jumping-program.ts", import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  // A client that waits for the clock to become right again waits for a day.
  const patience = setTimeout(() => child.kill("SIGKILL"), 90_000);
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, "close")]);
  clearTimeout(patience);
  assert.equal(exitCode, 0, "it did not end");
  return JSON.parse(output) as JumpingOutcome;
}

const calls = (server: FaultyServer): SeenRequest[] => server.requests.list("api");
const statuses = (server: FaultyServer) => calls(server).map(({ status }) => status);
const longest = ({ waits }: JumpingOutcome): number => Math.max(0, ...waits.map(({ ms }) => ms));
const repeat = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

async function requireNoLock(server: FaultyServer, outcome: JumpingOutcome): Promise<void> {
  assert.deepEqual(outcome.errors, []);
  assert.deepEqual(await server.limits.locks(), []);
}

for (const [jump, jumpMs] of Object.entries(jumps)) {
  // Not all at once, because their programs would delay each other longer than late calls allow.
  describe(`a clock set ${jump}`, { concurrency: 2 }, () => {
    it("during calls does not change their pace", async () => {
      await using test = await setUp();
      const outcome = await test.run("calls", { jumpMs });
      await requireNoLock(test.server, outcome);
      assert.deepEqual(statuses(test.server), repeat(5, 200));
      assert.ok(longest(outcome) <= PACE_MS, JSON.stringify(outcome.waits));
    });

    it("after a listing makes the next one neither too early nor too late", async () => {
      await using test = await setUp();
      const outcome = await test.run("listings", { jumpMs });
      await requireNoLock(test.server, outcome);
      assert.deepEqual(statuses(test.server), [200, 200], "one of three from memory");
      assert.ok(longest(outcome) <= LISTING_MS + 1000, JSON.stringify(outcome.waits));
    });

    it("during a lock sends nothing into it, and makes nobody wait longer than it lasts", async () => {
      await using test = await setUp();
      const { text: otherKey } = await test.server.seed.apiKey(undefined);
      const gate = new Gate();
      const asked = test.server.faults.add("x/v1/about", fault.holdRequest(gate));
      const running = test.run("lock", { jumpMs, otherKey });
      await asked.hit;
      const lock = await test.server.limits.lock("ip", { forMs: LOCK_MS });
      gate.open();
      const outcome = await running;
      await requireNoLock(test.server, outcome);
      const [refused, ...answered] = calls(test.server);
      assert.equal(refused?.status, 403);
      assert.deepEqual(
        answered.map(({ status }) => status),
        repeat(3, 200),
      );
      assert.ok(answered.every(({ at }) => at >= lock.lockedUntil));
      assert.ok(longest(outcome) <= LOCK_MS + 1500, JSON.stringify(outcome.waits));
      assert.equal(outcome.waits.filter(({ reason }) => reason === "flood-lock").length, 3);
    });

    it("while waiting for a report loses no upload and repeats none", async () => {
      await using test = await setUp();
      const { server, folderId } = test;
      server.faults.lateReport(2);
      const outcome = await test.run("upload", { jumpMs });
      await requireNoLock(server, outcome);
      assert.equal(server.requests.list("upload.cgi").length, 1);
      assert.equal(server.requests.list("end.pl").length, 3);
      server.limits.use("off");
      const { items } = await new ApiClient(server, server.apiKey).ok("file/ls", { folder_id: folderId });
      assert.deepEqual(
        (items as { filename: string }[]).map(({ filename }) => filename),
        ["once.txt"],
      );
    });

    it("between the end of a download and its resumption does not repeat any bytes", async () => {
      await using test = await setUp();
      const { server } = test;
      const bytes = patternBytes({ sizeBytes: 20_000_000, pattern: "large" });
      const { url: link } = await server.seed.file("large.bin", bytes);
      const path = join(test.stateFolder, "large.bin");
      const outcome = await test.run("download", { jumpMs, link, path });
      await requireNoLock(server, outcome);
      const [first, second, ...more] = server.requests.list("direct");
      assert.deepEqual(more, []);
      assert.equal(first?.headers.range, `bytes=0-${bytes.length - 1}`);
      const [, start] = /^bytes=(\d+)-/.exec(second?.headers.range ?? "") ?? [];
      assert.ok(Number(start) > 0 && second?.answerBytes === bytes.length - Number(start), second?.headers.range);
      assert.ok((await readFile(path)).equals(bytes));
    });

    it("in one of two processes delays neither and locks neither out", async () => {
      await using test = await setUp();
      const outcomes = await Promise.all([
        test.run("calls", { wrongByMs: jumpMs }),
        test.run("calls"),
        test.run("calls", { jumpMs }),
      ]);
      for (const outcome of outcomes) await requireNoLock(test.server, outcome);
      assert.deepEqual(statuses(test.server), repeat(15, 200));
      for (const outcome of outcomes) assert.ok(longest(outcome) <= PACE_MS, JSON.stringify(outcome.waits));
    });

    it("between two processes keeps the second from listing too early, but no longer", async () => {
      await using test = await setUp();
      const outcomes = [await test.run("freshListing"), await test.run("freshListing", { wrongByMs: jumpMs })];
      for (const outcome of outcomes) await requireNoLock(test.server, outcome);
      assert.deepEqual(statuses(test.server), [200, 200]);
      for (const outcome of outcomes) assert.ok(longest(outcome) <= LISTING_MS + 1000, JSON.stringify(outcome.waits));
    });
  });
}
