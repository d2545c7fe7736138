import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createClient, type Wait } from "@consigne/sdk";
import { startTestServer, type TestServer } from "@consigne/testkit";

describe("with 1fichier.com's limits", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_LIMITS: "authentic" } });
  });
  after(() => server[Symbol.asyncDispose]());

  it("the client reports the announced limits and stays just below them", async () => {
    const about = await createClient({ url: server.url, apiKey: server.apiKey }).about();
    assert.equal(about?.limits.profile, "authentic");
    assert.deepEqual([about.limits.callsPerSecond, about.limits.burst], [3, 3]);
    assert.equal(about.limits.listingIntervalMs, 30_000);
  });

  it("the client reports the server without a key, and how far its clock differs", async () => {
    const { status, description, clockAheadMs } = await createClient({ url: server.url }).ping();
    assert.deepEqual([status, description?.limits.profile], [200, "authentic"]);
    assert.ok(clockAheadMs !== undefined && Math.abs(clockAheadMs) < 5000);
    await assert.rejects(createClient({ url: "http://127.0.0.1:9" }).ping(), {
      name: "NetworkError",
      isUntrusted: false,
      isWithoutTls: false,
    });
  });
});

it("without limits, nothing waits and no file is written", async () => {
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
  const created = await readdir(stateFolder).catch(() => []);
  await rm(stateFolder, { recursive: true, force: true });
  assert.deepEqual(created, []);
});
