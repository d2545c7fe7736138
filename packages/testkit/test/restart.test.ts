import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiClient, fault, Gate, startFaultyServer, startTestServer, type TestServer } from "@consigne/testkit";

for (const [title, start] of [
  ["a test server", startTestServer],
  ["a test server with faults", startFaultyServer],
] as const) {
  suite(`${title} that is stopped and started`, () => {
    test("keeps its address, its files and its keys", async () => {
      await using server: TestServer = await start();
      const { url } = server;
      const client = new ApiClient(server, server.apiKey);
      const [link] = await client.upload({ "kept.txt": "still here" });
      await server.restart();
      assert.equal(server.url, url);
      assert.equal((await client.download(link?.download ?? "")).bytes.toString(), "still here");
    });

    test("refuses connections in between", async () => {
      await using server: TestServer = await start();
      const client = new ApiClient(server, server.apiKey);
      await server.stop();
      const refusal: unknown = await client.call("file/ls").catch((error: unknown) => error);
      assert.equal(((refusal as Error).cause as NodeJS.ErrnoException).code, "ECONNREFUSED");
      assert.throws(() => server.services, /stopped; start it again/);
      await server.start();
      assert.equal((await client.call("file/ls")).status, 200);
    });

    test("starts once when told twice", async () => {
      await using server: TestServer = await start();
      await server.start();
      assert.equal((await new ApiClient(server, server.apiKey).call("file/ls")).status, 200);
    });
  });
}

test("a restart cuts what is under way", async () => {
  await using server = await startFaultyServer();
  const client = new ApiClient(server, server.apiKey);
  const gate = new Gate();
  server.faults.add("file/ls", fault.holdAnswer(gate));
  const call = client.call("file/ls");
  await gate.reached;
  await Promise.all([assert.rejects(call), server.restart()]);
  gate.open();
  assert.equal((await client.call("file/ls")).status, 200);
});
