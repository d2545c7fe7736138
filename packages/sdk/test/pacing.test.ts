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
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, type ClientOptions, createClient, isFloodLockError, type Wait } from "@consigne/sdk";
import { type FaultyServer, type SeenRequest, startFaultyServer } from "@consigne/testkit";

const CALLS_EACH = 12;

/** A server with the limits of the original, and a folder for what clients of this test share. */
async function setUp() {
  await using started = new AsyncDisposableStack();
  const stateFolder = await mkdtemp(join(tmpdir(), "consigne-pacing-"));
  started.defer(() => rm(stateFolder, { recursive: true, force: true }));
  const server = started.use(await startFaultyServer({ limits: "authentic", storage: "memory" }));
  const seeded = async (name: string) => {
    const folder = await server.seed.folder(name);
    return { folderId: folder.id, link: (await server.seed.file(`${name}.txt`, name)).url };
  };
  const connect = (options: ClientOptions = {}): Client =>
    createClient({ url: server.url, apiKey: server.apiKey, pacing: { stateFolder }, ...options });
  const running = started.move();
  return { server, stateFolder, seeded, connect, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const statuses = (server: FaultyServer): (number | undefined)[] =>
  server.requests.list("api").map((each) => each.status);
const repeat = <Answer>(count: number, work: (index: number) => Answer): Answer[] =>
  Array.from({ length: count }, (_, index) => work(index));

describe("pace on a server with the limits of the original", { concurrency: true }, () => {
  it("is needed: the same calls without it end in a lock", async () => {
    await using test = await setUp();
    const client = test.connect({ pacing: "off" });
    const ends = await Promise.allSettled(repeat(CALLS_EACH, () => client.folders.get(0)));
    assert.ok(ends.some((each) => each.status === "rejected" && isFloodLockError(each.reason)));
    assert.equal((await test.server.limits.locks()).length, 1);
  });

  it("keeps three clients of one key in one process from any lock", async () => {
    await using test = await setUp();
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

  it("keeps two processes of one user at once from any lock", async () => {
    await using test = await setUp();
    const places = [await test.seeded("first"), await test.seeded("second")];
    const programs = places.map((place) => startProgram(test.server, test.stateFolder, place));
    // Each has made its first call before any makes its others, however slow the machine is.
    await Promise.all(programs.map(({ hasBegun }) => hasBegun));
    const outputs = await Promise.all(programs.map(({ finish }) => finish()));
    for (const output of outputs) assert.deepEqual(output, { errors: [], warnings: [] });
    assert.deepEqual(
      statuses(test.server),
      repeat(2 * CALLS_EACH, () => 200),
    );
    assert.deepEqual(await test.server.limits.locks(), []);
    const [first = [], second = []] = places.map((place) => requestsAbout(test.server, place));
    assert.ok(first[0]!.number < second.at(-1)!.number && second[0]!.number < first.at(-1)!.number, "at the same time");
    assert.ok((await readdir(join(test.stateFolder, "consigne"))).some((name) => /^pace-.*\.json$/.test(name)));
  });

  it("sits out a lock made by somebody else in every client, and sends nothing into it", async () => {
    await using test = await setUp();
    const { folderId } = await test.seeded("locked");
    const waits: Wait[][] = [[], [], [], []];
    const [ofFirst = [], ...ofOthers] = waits;
    const connect = (ofClient: Wait[]) => test.connect({ hooks: { onWait: (wait) => void ofClient.push(wait) } });
    const lock = await test.server.limits.lock("ip", { forMs: 8000 });
    const calls = [connect(ofFirst).folders.get(folderId)];
    // The others begin once the refusal is known: what is under way before that may well be refused too.
    await until("the first refusal", () => ofFirst.some(({ reason }) => reason === "flood-lock"));
    for (const client of ofOthers.map(connect)) calls.push(...repeat(2, () => client.folders.get(folderId)));
    await Promise.all(calls);
    const [refused, ...answered] = test.server.requests.list("api");
    assert.equal(refused?.status, 403);
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

  it("throws at once for a lock that lasts longer than anybody waits", async () => {
    await using test = await setUp();
    const { stateFolder } = test;
    const waits: Wait[] = [];
    const pacing = { stateFolder, maxWaitMs: 500 };
    const client = test.connect({ pacing, hooks: { onWait: (wait) => waits.push(wait) } });
    const lock = await test.server.limits.lock("account", { forMs: 120_000 });
    for (const ask of [
      () => client.folders.get(0),
      () => client.files.list(),
      () => test.connect({ pacing }).account.get(),
    ]) {
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

  it("is not held up by what a process left behind that died", async () => {
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
    // Its number belongs to somebody else by now.
    await writeFile(lockFile, JSON.stringify({ pid: process.pid, atMs: Date.now() - 60_000 }));
    await client.folders.get(0);
    assert.equal(existsSync(lockFile), false);
    assert.deepEqual(warnings, []);
    assert.deepEqual(statuses(test.server), [200, 200, 200]);
  });
});

/** Looks now and then, for a minute at most. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const isOver = AbortSignal.timeout(60_000);
  while (!isSo()) {
    assert.ok(!isOver.aborted, `waited a minute for ${what}`);
    await sleep(20);
  }
}

interface Place {
  folderId: number;
  link: string;
}

function startProgram(server: FaultyServer, cacheFolder: string, { folderId, link }: Place) {
  const program = fileURLToPath(new URL("_paced-program.ts", import.meta.url));
  const child = spawn(process.execPath, [program, server.url, server.apiKey, `${folderId}`, link, `${CALLS_EACH}`], {
    env: { ...process.env, XDG_CACHE_HOME: cacheFolder },
    stdio: ["pipe", "pipe", "inherit"],
  });
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
