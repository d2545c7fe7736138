import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { send } from "./_wire.ts";

interface RequestLine {
  msg: string;
  requestId: string;
  status: number;
}

test("a refusal contains the id of its line in the log", async () => {
  const lines: RequestLine[] = [];
  await using server = await startTestServer({ onLogLine: (line) => lines.push(JSON.parse(line) as RequestLine) });
  const owner = new ApiClient(server, server.apiKey);
  const refused = [
    await owner.call("file/info", { url: "abcdefghij0123456789" }),
    await owner.request("/v1/no/such.cgi"),
    await owner.request("/end.pl?xid=abcdefghij", { headers: { json: "1" } }),
    await send(`${server.url}/upload.cgi?id=abcdefghij`, { method: "POST" }),
  ].map(({ status, headers }) => ({ status, requestId: headers.get("x-request-id") }));
  assert.deepEqual(
    refused.map(({ status }) => status),
    [404, 404, 404, 400],
  );
  await server.stop();
  const logged = lines.filter(({ msg }) => msg === "request").map(({ requestId, status }) => ({ status, requestId }));
  assert.deepEqual(logged, refused);
  assert.equal(new Set(refused.map(({ requestId }) => requestId)).size, refused.length);
});

test("request ids of one server run never repeat in another", async () => {
  await using server = await startTestServer();
  const idOf = async () => (await new ApiClient(server).request("/nothing")).headers.get("x-request-id");
  const before = await idOf();
  await server.restart();
  assert.notEqual(await idOf(), before);
});
