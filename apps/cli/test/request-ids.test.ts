import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanVariables, consigne, startRecordingServer } from "./_fixtures.ts";

test("a refusal is reported with its id in the server's log", async (t) => {
  const server = await startRecordingServer(t, (_request, response) => {
    response.writeHead(403, { "Content-Type": "application/json", "X-Request-Id": "req-7f" });
    response.end(`{"status":"KO","message":"Not authenticated #247"}`);
  });
  const variables = await cleanVariables(t, { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: "k".repeat(32) });
  const { code, stderr } = await consigne(["whoami"], variables);
  assert.equal(code, 5, stderr);
  assert.match(stderr, /#247 \[request req-7f\]/);
});
