import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type Client,
  type ClientHooks,
  type ClientOptions,
  createClient,
  isFloodLockError,
  type Wait,
} from "@consigne/sdk";
import {
  fault,
  type FaultyServer,
  type SeenRequest,
  startFaultyServer,
  type TestServerOptions,
  VirtualClock,
} from "@consigne/testkit";
import { announcedLimits } from "../src/pacing/pace-limits.ts";
import { CommonClock } from "./_common-clock.ts";

const CALLS_EACH = 12;
/** Calls of each process. They wait in real time. */
const CALLS_OF_PROCESS = 6;

/** A server with the limits of 1fichier.com, and a folder its clients share. */
async function setUp(clock?: VirtualClock) {
  await using started = new AsyncDisposableStack();
  const stateFolder = await mkdtemp(join(tmpdir(), "consigne-pacing-"));
  started.defer(() => rm(stateFolder, { recursive: true, force: true }));
  const options: TestServerOptions = { limits: "authentic", storage: "memory" };
  const server = started.use(await startFaultyServer(clock === undefined ? options : { ...options, clock }));
  const seeded = async (name: string) => {
    const folder = await server.seed.folder(name);
    return { folderId: folder.id, link: (await server.seed.file(`${name}.txt`, name)).url };
  };
  const connect = (more: ClientOptions = {}): Client =>
    createClient({ url: server.url, apiKey: server.apiKey, pacing: { stateFolder }, ...more });
  const running = started.move();
  return { server, stateFolder, seeded, connect, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** The same with one clock for the server and its clients, so the machine's speed makes no difference. */
async function setUpInOneTime() {
  const clock = new CommonClock();
  const test = await setUp(clock.ofServer);
  const pacing = { stateFolder: test.stateFolder, clock: clock.ofClients };
  const connect = (hooks: ClientHooks = {}): Client => test.connect({ pacing, hooks: { ...clock.hooks, ...hooks } });
  return { ...test, pacing, connect };
}

const statuses = (server: FaultyServer): (number | undefined)[] =>
  server.requests.list("api").map((each) => each.status);
const repeat = <Answer>(count: number, work: (index: number) => Answer): Answer[] =>
  Array.from({ length: count }, (_, index) => work(index));

describe("the pace on a server with 1fichier.com's limits", { concurrency: true }, () => {
  it("is necessary: the same calls without it end in a lock", async () => {
    await using test = await setUp(new VirtualClock());
    const client = test.connect({ pacing: "off" });
    const ends = await Promise.allSettled(repeat(CALLS_EACH, () => client.folders.get(0)));
    assert.ok(ends.some((each) => each.status === "rejected" && isFloodLockError(each.reason)));
    assert.equal((await test.server.limits.locks()).length, 1);
  });

  it("keeps three clients with one key in one process from being locked", async () => {
    await using test = await setUpInOneTime();
    const { folderId, link } = await test.seeded("one");
    await Promise.all(
      repeat(3, () => test.connect()).flatMap((client) =>
        repeat(CALLS_EACH, async (index) => (index % 2 === 0 ? client.folders.get(folderId) : client.files.info(link))),
      ),
    );
    assert.deepEqual(
      statuses(test.server),
      repeat(3 * CALLS_EACH, () => 200),
    );
    assert.deepEqual(await test.server.limits.locks(), []);
  });

  it("is shared by two processes of one user", async () => {
    await using test = await setUp();
    const { server } = test;
    const places = [await test.seeded("first"), await test.seeded("second")];
    // A busy machine may bunch calls that were sent apart, and the server would lock. So only the times of sending are
    // checked.
    const body = (await (await fetch(`${server.url}/x/v1/about`)).json()) as object;
    const description = await test.connect({ pacing: "off" }).about();
    assert.ok(description !== undefined);
    const { rate } = announcedLimits(description);
    assert.ok(rate !== undefined);
    server.faults.add("x/v1/about", fault.answer({ body }), { times: Infinity });
    server.limits.use("off");
    const startedAtMs = Date.now();
    const programs = places.map((place) => startProgram(server, test.stateFolder, place));
    // Each has made its first call before any makes the others, however slow the machine is.
    await Promise.all(programs.map(({ hasBegun }) => hasBegun));
    const outputs = await Promise.all(programs.map(({ finish }) => finish()));
    for (const output of outputs) assert.deepEqual(output, { errors: [], warnings: [] });
    const calls = server.requests.list("api");
    assert.equal(calls.length, 2 * CALLS_OF_PROCESS);
    for (const [index, { at, status }] of calls.entries()) {
      assert.equal(status, 200);
      const earliestMs = startedAtMs + (1000 * (index + 1 - rate.burst)) / rate.callsPerSecond;
      assert.ok(at.getTime() >= earliestMs - 20, `call ${index + 1} came ${earliestMs - at.getTime()} ms too soon`);
    }
    const [first = [], second = []] = places.map((place) => requestsAbout(server, place));
    assert.ok(first[0]!.number < second.at(-1)!.number && second[0]!.number < first.at(-1)!.number, "at the same time");
    assert.ok((await readdir(join(test.stateFolder, "consigne"))).some((name) => /^pace-.*\.json$/.test(name)));
  });

  for (const kind of ["ip", "key"] as const) {
    it(`waits out a lock caused by somebody else in every client, and sends nothing into it: ${kind}`, async () => {
      await using test = await setUpInOneTime();
      const { folderId } = await test.seeded("locked");
      const waits: Wait[][] = [[], [], [], []];
      const [ofFirst = [], ...ofOthers] = waits;
      const refused = Promise.withResolvers<void>();
      const connect = (ofClient: Wait[]) =>
        test.connect({
          onWait: (wait) => {
            ofClient.push(wait);
            if (wait.reason === "flood-lock") refused.resolve();
          },
        });
      const lock = await test.server.limits.lock(kind, { forMs: 8000 });
      const calls = [connect(ofFirst).folders.get(folderId)];
      // The others begin once the refusal is known, because a call already running may also be refused.
      await refused.promise;
      for (const client of ofOthers.map(connect)) calls.push(...repeat(2, () => client.folders.get(folderId)));
      await Promise.all(calls);
      const [toFirst, ...answered] = test.server.requests.list("api");
      assert.equal(toFirst?.status, 403);
      assert.deepEqual(
        answered.map(({ status }) => status),
        repeat(7, () => 200),
      );
      assert.ok(answered.every(({ at }) => at.getTime() >= lock.lockedUntil.getTime()));
      for (const ofClient of waits) {
        const forLock = ofClient.filter(({ reason }) => reason === "flood-lock");
        assert.ok(forLock.length > 0);
        assert.deepEqual([...new Set(forLock.map(({ endpoint }) => endpoint))], ["folder.ls"]);
        assert.ok(forLock.every(({ untilMs }) => untilMs >= lock.lockedUntil.getTime()));
      }
      assert.deepEqual(await test.server.limits.locks(), []);
    });
  }

  it("throws at once for a lock that exceeds the maximum wait", async () => {
    await using test = await setUpInOneTime();
    const waits: Wait[] = [];
    const pacing = { ...test.pacing, maxWaitMs: 500 };
    const connect = () =>
      createClient({
        url: test.server.url,
        apiKey: test.server.apiKey,
        pacing,
        hooks: { onWait: (wait) => waits.push(wait) },
      });
    const client = connect();
    const lock = await test.server.limits.lock("account", { forMs: 120_000 });
    for (const ask of [() => client.folders.get(0), () => client.files.list(), () => connect().account.get()]) {
      await assert.rejects(ask(), (error) => {
        assert.ok(isFloodLockError(error));
        assert.equal(error.kind, "account");
        assert.ok(error.until >= lock.lockedUntil && error.retryAfterMs > 60_000);
        return true;
      });
    }
    assert.deepEqual(statuses(test.server), [403]);
    assert.deepEqual(
      waits.filter(({ reason }) => reason === "flood-lock"),
      [],
    );
  });

  it("is not held up by what a dead process left behind", async () => {
    await using test = await setUp();
    const warnings: string[] = [];
    const logger = { debug: () => undefined, warn: (line: string) => void warnings.push(line) };
    const client = test.connect({ logger });
    await client.folders.get(0);
    const state = (await readdir(test.stateFolder)).find((name) => name.endsWith(".json"));
    const lockFile = join(test.stateFolder, state!.replace(/json$/, "lock"));
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(lockFile, JSON.stringify({ pid, atMs: Date.now() }));
    await client.folders.get(0);
    assert.equal(existsSync(lockFile), false);
    // Its process id now belongs to another process.
    await writeFile(lockFile, JSON.stringify({ pid: process.pid, atMs: Date.now() - 60_000 }));
    await client.folders.get(0);
    assert.equal(existsSync(lockFile), false);
    assert.deepEqual(warnings, []);
    assert.deepEqual(statuses(test.server), [200, 200, 200]);
  });
});

interface Place {
  folderId: number;
  link: string;
}

function startProgram(server: FaultyServer, cacheFolder: string, { folderId, link }: Place) {
  const program = fileURLToPath(new URL("_paced-program.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [program, server.url, server.apiKey, `${folderId}`, link, `${CALLS_OF_PROCESS}`],
    {
      env: { ...process.env, XDG_CACHE_HOME: cacheFolder },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const closed = once(child, "close") as Promise<[number]>;
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    hasBegun: lines.next(),
    async finish(): Promise<unknown> {
      child.stdin.end();
      const { value } = await lines.next();
      const [exitCode] = await closed;
      assert.equal(exitCode, 0);
      return JSON.parse(String(value));
    },
  };
}

const requestsAbout = (server: FaultyServer, { folderId, link }: Place): SeenRequest[] =>
  server.requests.list(({ json }) => json?.["folder_id"] === folderId || json?.["url"] === link);
