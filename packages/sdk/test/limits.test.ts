import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { createClient, type PacingOptions, type Wait } from "@consigne/sdk";
import { startTestServer, type TestServer } from "@consigne/testkit";

const run = promisify(execFile);

describe("under the limits of the original", () => {
  let server: TestServer;
  let stateFolder: string;
  const waits: Wait[] = [];
  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_LIMITS: "authentic" } });
    stateFolder = await mkdtemp(join(tmpdir(), "consigne-state-"));
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(stateFolder, { recursive: true, force: true });
  });
  const newClient = (more: PacingOptions = {}) =>
    createClient({
      url: server.url,
      apiKey: server.apiKey,
      pacing: { stateFolder, ...more },
      hooks: { onWait: (wait) => waits.push(wait) },
    });

  it("several clients and two other processes at once are never locked", async () => {
    const script = join(import.meta.dirname, "_calling-process.ts");
    const program = () => run(process.execPath, [script, server.url, server.apiKey, stateFolder, "5"]);
    const clients = [newClient(), newClient(), newClient()];
    const [first, second] = await Promise.all([
      program(),
      program(),
      ...clients.map((client) => client.folders.get(0)),
      ...clients.map((client) => client.account.get()),
      ...clients.map((client) => client.files.list(0)),
    ]);
    assert.deepEqual([first.stdout, second.stdout], ["0", "0"]);
    assert.deepEqual(await server.limits.locks(), []);
    assert.deepEqual(
      waits.filter(({ reason }) => reason === "flood-lock"),
      [],
    );
    assert.equal((await readdir(stateFolder)).filter((name) => name.endsWith(".json")).length, 1);
  });

  it("says what the server announces and keeps just below it", async () => {
    const about = await newClient().about();
    assert.equal(about?.limits.profile, "authentic");
    assert.deepEqual([about.limits.callsPerSecond, about.limits.burst], [3, 3]);
    assert.equal(about.limits.listingIntervalMs, 30_000);
  });

  it("says who it is without a key, and how far its clock is from ours", async () => {
    const { status, description, clockAheadMs } = await createClient({ url: server.url }).ping();
    assert.deepEqual([status, description?.limits.profile], [200, "authentic"]);
    assert.ok(clockAheadMs !== undefined && Math.abs(clockAheadMs) < 5000);
    await assert.rejects(createClient({ url: "http://127.0.0.1:9" }).ping(), {
      name: "NetworkError",
      isUntrusted: false,
      isWithoutTls: false,
    });
  });

  it("a lock made by somebody else is met once and waited for", async () => {
    await using lockedServer = await startTestServer({ settings: { CONSIGNE_LIMITS: "authentic" } });
    await lockedServer.limits.lock("key", { forMs: 1500 });
    const seen: Wait[] = [];
    let calls = 0;
    const client = createClient({
      url: lockedServer.url,
      apiKey: lockedServer.apiKey,
      pacing: { stateFolder },
      hooks: { onWait: (wait) => seen.push(wait), beforeCall: () => (calls += 1) },
    });
    await Promise.all([client.folders.get(0), client.folders.get(0)]);
    const locks = seen.filter(({ reason }) => reason === "flood-lock");
    assert.ok(locks.length >= 1 && locks.every(({ ms }) => ms > 0 && ms <= 3000));
    assert.ok(calls >= 3 && calls <= 4, String(calls));
  });
});

it("without limits nothing waits and no file is written", async () => {
  await using server = await startTestServer();
  const stateFolder = join(tmpdir(), `consigne-never-made-${process.pid}`);
  const waits: Wait[] = [];
  const client = createClient({
    url: server.url,
    apiKey: server.apiKey,
    pacing: { stateFolder },
    hooks: { onWait: (wait) => waits.push(wait) },
  });
  await Promise.all(Array.from({ length: 40 }, () => client.files.list(0)));
  assert.deepEqual(waits, []);
  const made = await readdir(stateFolder).catch(() => []);
  await rm(stateFolder, { recursive: true, force: true });
  assert.deepEqual(made, []);
});
