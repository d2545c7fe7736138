import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiClient, startFaultyServer, startTestServer, VirtualClock } from "@consigne/testkit";

const statusesOf = async (client: ApiClient, calls: number): Promise<number[]> => {
  const statuses = [];
  for (let call = 0; call < calls; call += 1) statuses.push((await client.call("folder/ls")).status);
  return statuses;
};

suite("the limits of a test server", () => {
  test("are off until switched on, and then count from zero", async () => {
    await using server = await startTestServer({ clock: new VirtualClock() });
    const client = new ApiClient(server, server.apiKey);
    assert.equal(server.limits.profile.name, "off");
    assert.deepEqual(await statusesOf(client, 10), Array(10).fill(200));
    server.limits.use("authentic");
    assert.deepEqual(await statusesOf(client, 4), [200, 200, 200, 403]);
    server.limits.use("off");
    assert.deepEqual(await statusesOf(client, 10), Array(10).fill(200));
  });

  test("have the figures from the settings when switched on again by name", async () => {
    const settings = { CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "1", CONSIGNE_LIMIT_BURST: "2" };
    await using server = await startTestServer({ limits: "authentic", settings, clock: new VirtualClock() });
    const client = new ApiClient(server, server.apiKey);
    server.limits.use("off");
    assert.deepEqual(await statusesOf(client, 4), [200, 200, 200, 200]);
    server.limits.use("authentic");
    assert.deepEqual(await statusesOf(client, 3), [200, 200, 403]);
  });

  test("can show their locks and lift them", async () => {
    await using server = await startTestServer({ limits: "authentic", clock: new VirtualClock() });
    const client = new ApiClient(server, server.apiKey);
    await statusesOf(client, 4);
    const [lock] = await server.limits.locks();
    assert.equal(lock?.kind, "ip");
    await server.limits.releaseAll();
    assert.deepEqual(await server.limits.locks(), []);
    assert.equal((await client.call("folder/ls")).status, 200);
  });

  test("include locks placed on an address, an account or a key, which end in time", async () => {
    await using server = await startTestServer({ limits: "friendly", clock: new VirtualClock() });
    const account = await server.seed.account({ email: "other@example.org" });
    const key = await server.seed.apiKey(account);
    const [mine, other] = [new ApiClient(server, server.apiKey), new ApiClient(server, key.text)];
    const both = async () => [(await mine.call("folder/ls")).status, (await other.call("folder/ls")).status];

    await server.limits.lock("account", { email: account.email, forMs: 60_000 });
    assert.deepEqual(await both(), [200, 403]);
    server.clock.advance(60_001);
    assert.deepEqual(await both(), [200, 200]);

    await server.limits.lock("key");
    assert.deepEqual(await both(), [403, 200]);
    assert.match(String((await mine.call("folder/ls")).json?.["message"]), /User APK Locked #219/);
    server.clock.advance(30_001);

    await server.limits.lock("ip", { forMs: 5000 });
    assert.deepEqual(await both(), [403, 403]);
    const locked = await mine.call("folder/ls");
    assert.match(String(locked.json?.["message"]), /Flood detected: IP Locked #374/);
  });

  test("must be on to place a lock", async () => {
    await using server = await startTestServer();
    await assert.rejects(server.limits.lock("ip"), /switch them on first/);
  });

  test("stay as switched after a restart", async () => {
    await using server = await startFaultyServer({ clock: new VirtualClock() });
    const client = new ApiClient(server, server.apiKey);
    server.limits.use("authentic");
    await server.restart();
    assert.equal(server.limits.profile.name, "authentic");
    assert.deepEqual(await statusesOf(client, 4), [200, 200, 200, 403]);
  });
});
