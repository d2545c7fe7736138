import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import { VirtualClock } from "@consigne/core";
import { ApiClient, fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";

suite("the request log", () => {
  const clock = new VirtualClock();
  let server: FaultyServer;
  let client: ApiClient;
  before(async () => {
    server = await startFaultyServer({ clock });
    client = new ApiClient(server, server.apiKey);
  });
  beforeEach(() => server.requests.clear());
  after(() => server[Symbol.asyncDispose]());

  test("counts API calls separately", async () => {
    const [link] = await client.upload({ "a.txt": "abc" });
    await client.download(link?.download ?? "");
    await client.ok("file/ls", { folder_id: 0 });
    assert.equal(server.requests.count("api"), 2);
    assert.equal(server.requests.count("upload"), 2);
    assert.equal(server.requests.count("file/ls"), 1);
    assert.equal(
      server.requests.count((request) => request.method === "GET"),
      2,
    );
    assert.equal(server.requests.count(), 5);
  });

  test("shows requests and answers, with the server's time", async () => {
    clock.set(new Date("2026-03-04T05:06:07Z"));
    await client.ok("file/ls", { folder_id: 0 });
    const [seen] = server.requests;
    assert.ok(seen !== undefined);
    const { endpoint, method, target, status, json, at, fault: met } = seen;
    assert.deepEqual(
      { endpoint, method, target, status, json, at, met },
      {
        endpoint: "file/ls",
        method: "POST",
        target: "/v1/file/ls.cgi",
        status: 200,
        json: { folder_id: 0 },
        at: new Date("2026-03-04T05:06:07Z"),
        met: undefined,
      },
    );
    assert.equal(seen.headers.authorization, `Bearer ${server.apiKey}`);
    assert.ok(seen.answerBytes > 10);
  });

  test("has no status if the client got no answer", async () => {
    server.faults.add("file/ls", fault.cutBeforeAnswer());
    await assert.rejects(client.call("file/ls"));
    const [seen] = server.requests;
    assert.deepEqual([seen?.status, seen?.fault], [undefined, "cut-before-answer"]);
  });
});
