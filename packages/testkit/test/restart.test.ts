import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { suite, test } from "node:test";
import { ApiClient, fault, Gate, startFaultyServer, startTestServer, type TestServer } from "@consigne/testkit";

for (const [title, start] of [
  ["a test server", startTestServer],
  ["a test server with faults", startFaultyServer],
] as const) {
  suite(`${title}, stopped and started again,`, () => {
    test("keeps its URL, its files and its keys", async () => {
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

test("a restart cuts off what is running", async () => {
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

test("a restart in the middle of an upload leaves nothing of it, and allows another try", async () => {
  await using server = await startFaultyServer();
  const client = new ApiClient(server, server.apiKey);
  const begun = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // Continues as long as somebody reads, and gives everybody else a turn.
      await nextTurn();
      controller.enqueue(new Uint8Array(64 * 1024));
      if ((server.requests.list("upload.cgi")[0]?.requestBytes ?? 0) > 1_000_000) begun.resolve();
    },
    start(controller) {
      controller.enqueue(
        new TextEncoder().encode(
          '--b\r\nContent-Disposition: form-data; name="file[]"; filename="endless.bin"\r\n\r\n',
        ),
      );
    },
  });
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  const upload = client.request("/upload.cgi", { method: "POST", headers, body, duplex: "half" });
  await begun.promise;
  await Promise.all([assert.rejects(upload), server.restart()]);
  assert.deepEqual((await client.ok("file/ls"))["items"], []);
  const [link] = await client.upload({ "endless.bin": "with an end this time" });
  assert.equal((await client.download(link?.download ?? "")).bytes.toString(), "with an end this time");
});
