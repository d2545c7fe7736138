import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiClient, type ApiAnswer, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { addPerson, assertRefusal, makeFolder, uploadOne } from "./_wire.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

interface Scene {
  server: TestServer;
  clock: VirtualClock;
  client: ApiClient;
}

/** A server with 1fichier.com's limits, with a stopped clock. */
function limited(name: string, run: (scene: Scene) => Promise<void>, settings: Record<string, string> = {}): void {
  test(name, async () => {
    const clock = new VirtualClock();
    await using server = await startTestServer({ limits: "authentic", clock, settings });
    await run({ server, clock, client: new ApiClient(server, server.apiKey) });
  });
}

/** The compatible body, 403, and in addition how long to wait. */
function assertLocked(answer: ApiAnswer, message: string, retryAfterSeconds: number): void {
  assertRefusal(answer, 403);
  assert.equal(answer.json?.["message"], message);
  assert.equal(answer.headers.get("retry-after"), String(retryAfterSeconds));
}

async function callTimes(client: ApiClient, times: number, path = "folder/ls"): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < times; count++) statuses.push((await client.call(path)).status);
  return statuses;
}

suite("with the authentic limits", () => {
  limited("three calls a second pass, and the fourth locks everybody at that address out", async (scene) => {
    const { server, clock, client } = scene;
    for (let second = 0; second < 5; second++) {
      assert.deepEqual(await callTimes(client, 3), [200, 200, 200]);
      clock.advance(SECOND_MS);
    }
    await callTimes(client, 3);
    assertLocked(await client.call("folder/ls"), "Flood detected: IP Locked #374", 300);
    clock.advance(MINUTE_MS);
    assertLocked(await new ApiClient(server).call("upload/get_upload_server"), "Flood detected: IP Locked #374", 240);
    clock.advance(4 * MINUTE_MS);
    assert.deepEqual(await callTimes(client, 3), [200, 200, 200]);
    assertLocked(await client.call("folder/ls"), "Flood detected: IP Locked #374", 600);
  });

  limited("the account can be read once a minute per address and once in five minutes per user", async (scene) => {
    const { server, clock, client } = scene;
    const other = await addPerson(server, "other@example.org");
    await client.ok("user/info");
    assertLocked(await other.client.call("user/info"), "Flood detected: IP Locked #38", 300);
    clock.advance(5 * MINUTE_MS);
    await client.ok("user/info");
    clock.advance(MINUTE_MS);
    assertLocked(await client.call("user/info"), "Flood detected: User Locked #218", 300);
    assertLocked(await client.call("folder/ls"), "Flood detected: User Locked #218", 300);
    assert.equal((await other.client.call("folder/ls")).status, 200, "another account at the same address");
  });

  limited("each folder can be listed every 30 seconds, and everything once an hour", async ({ clock, client }) => {
    const folder = await makeFolder(client, "docs");
    await client.ok("file/ls", { folder_id: 0 });
    await client.ok("file/ls", { folder_id: folder });
    clock.advance(30 * SECOND_MS);
    await client.ok("file/ls");
    assertLocked(await client.call("file/ls", { folder_id: 0 }), "Flood detected: User Locked #223", 300);
    clock.advance(5 * MINUTE_MS);
    await client.ok("file/ls", { folder_id: -1 });
    clock.advance(59 * MINUTE_MS);
    assertLocked(await client.call("file/ls", { folder_id: -1 }), "Flood detected: User Locked #223", 600);
    clock.advance(10 * MINUTE_MS);
    await client.ok("file/ls", { folder_id: -1 });
  });

  const loose = { CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "1000", CONSIGNE_LIMIT_KEY_REQUESTS_PER_SECOND: "1000" };
  limited(
    "one key may use no more than its share of calls",
    async ({ server, client }) => {
      const other = await addPerson(server, "other@example.org");
      assert.deepEqual(await callTimes(client, 2), [200, 200]);
      assertLocked(await client.call("folder/ls"), "Flood detected: User APK Locked #219", 300);
      assert.equal((await other.client.call("folder/ls")).status, 200);
    },
    { ...loose, CONSIGNE_LIMIT_KEY_BURST: "2" },
  );

  for (const [what, path, body, status] of [
    ["unknown links (404)", "file/info", { url: "https://1fichier.com/?abcdefghij0123456789" }, 404],
    ["calls without a key (403)", "folder/ls", {}, 403],
  ] as const) {
    limited(
      `${what} again and again end in a ban of the address`,
      async ({ server, clock, client }) => {
        const caller = status === 403 ? new ApiClient(server) : client;
        for (let count = 0; count < 6; count++) assert.equal((await caller.call(path, body)).status, status);
        assertLocked(await client.call("folder/ls"), "IP Locked #375", 3600);
        const banned = await fetch(`${server.url}/upload.cgi`, { method: "POST", body: new FormData() });
        assert.equal(banned.status, 403);
        assert.equal(banned.headers.get("retry-after"), "3600");
        clock.advance(60 * MINUTE_MS);
        assert.equal((await client.call("folder/ls")).status, 200);
      },
      { ...loose, CONSIGNE_LIMIT_REFUSALS: "5" },
    );
  }

  limited(
    "a caller who keeps calling during a lock is banned",
    async ({ client }) => {
      await callTimes(client, 4);
      const messages = new Set<unknown>();
      for (let count = 0; count < 6; count++) messages.add((await client.call("folder/ls")).json?.["message"]);
      assert.deepEqual([...messages], ["Flood detected: IP Locked #374", "IP Locked #375"]);
    },
    { CONSIGNE_LIMIT_REFUSALS: "5" },
  );

  limited("direct links, running uploads and reports keep working during a lock", async (scene) => {
    const { server, client } = scene;
    const url = await uploadOne(client, "a.bin", "hello");
    const direct = String((await client.ok("download/get_token", { url }))["url"]);
    const offer = await client.ok("upload/get_upload_server");
    await callTimes(client, 5);
    assertLocked(await client.call("folder/ls"), "Flood detected: IP Locked #374", 300);
    for (let count = 0; count < 5; count++) assert.equal(await (await fetch(direct)).text(), "hello");
    const form = new FormData();
    form.append("file[]", new Blob(["late"]), "b.txt");
    const sent = await client.request(`/upload.cgi?id=${String(offer["id"])}`, { method: "POST", body: form });
    assert.equal(sent.status, 302, sent.text);
    const report = await client.request(sent.headers.get("location") ?? "", { headers: { JSON: "1" } });
    assert.equal(report.status, 200, report.text);
    assert.equal((await new ApiClient(server).request("/x/v1/about")).status, 200);
    assert.equal((await client.call("folder/ls")).status, 403, "the lock is still on");
  });

  limited("traffic to the nodes is not counted", async ({ client }) => {
    for (let count = 0; count < 10; count++) await uploadOne(client, `${count}.txt`, "x");
    assert.deepEqual(await callTimes(client, 3), [200, 200, 200]);
  });

  limited("a page that redirects a customer to the bytes counts as a call, and other pages do not", async (scene) => {
    const { server, clock, client } = scene;
    const page = `/?${new URL(await uploadOne(client, "a.bin", "hello")).search.slice(1)}`;
    const guest = new ApiClient(server);
    for (let count = 0; count < 10; count++) assert.equal((await guest.request(page)).status, 200);
    for (const method of ["GET", "HEAD", "GET"]) assert.equal((await client.request(page, { method })).status, 302);
    assertLocked(
      await client.request(page, { headers: { Accept: "application/json" } }),
      "Flood detected: IP Locked #374",
      300,
    );
    assert.equal((await client.request(page)).status, 403);
    assert.equal((await guest.request(page)).status, 200, "what makes no link can still be read");
    clock.advance(5 * MINUTE_MS);
    assert.equal((await client.request(page)).status, 302);
  });

  limited(
    "one key may open no more than its share of pages",
    async ({ server, client }) => {
      const other = await addPerson(server, "other@example.org");
      const page = `/?${new URL(await uploadOne(client, "a.bin", "hello")).search.slice(1)}`;
      for (let count = 0; count < 2; count++) assert.equal((await client.request(page)).status, 302);
      assert.equal((await client.request(page)).status, 403);
      assert.equal((await other.client.request(page)).status, 302);
    },
    { ...loose, CONSIGNE_LIMIT_KEY_BURST: "2" },
  );

  limited("the operator can lift a lock, and the next one counts as a first", async ({ server, client }) => {
    await callTimes(client, 4);
    const [lock, ...others] = await (await server.services.flood.listActive("operator")).all();
    assert.deepEqual([lock?.kind, lock?.reason, others.length], ["ip", "calls", 0]);
    assert.equal(await server.services.flood.release("operator", lock?.id ?? ""), true);
    assert.deepEqual(await callTimes(client, 3), [200, 200, 200]);
    assertLocked(await client.call("folder/ls"), "Flood detected: IP Locked #374", 300);
  });

  limited("a restart lifts no lock", async ({ server, clock, client }) => {
    await callTimes(client, 4);
    clock.advance(MINUTE_MS);
    await server.restart();
    assertLocked(await client.call("folder/ls"), "Flood detected: IP Locked #374", 240);
  });
});

test("the friendly limits never slow down reading the account or listing folders", async () => {
  await using server = await startTestServer({ limits: "friendly", clock: new VirtualClock() });
  const client = new ApiClient(server, server.apiKey);
  for (let count = 0; count < 20; count++) {
    await client.ok("user/info");
    await client.ok("file/ls", { folder_id: 0 });
    await client.ok("file/ls", { folder_id: -1 });
  }
});
