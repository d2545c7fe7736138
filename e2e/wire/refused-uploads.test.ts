import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Ports } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { basic, bearer, send } from "./_wire.ts";

const BOUNDARY = "----refusedUploads";
const FILE = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file[]"; filename="a"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`;

const upload = (server: TestServer, headers: Record<string, string> = {}, body = FILE) =>
  send(`${server.url}/upload.cgi?id=Stranger01`, {
    method: "POST",
    headers: { JSON: "1", "content-type": `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
    body,
  });

/** Records every claim of an upload id. */
function countingClaims(claimed: string[]): (ports: Ports) => Ports {
  return (ports) => {
    const { uploads } = ports.database;
    const claim = uploads.claim.bind(uploads);
    uploads.claim = (id, ...times) => {
      claimed.push(id);
      return claim(id, ...times);
    };
    return ports;
  };
}

suite("uploads of strangers", () => {
  test("claim no id in the database, whatever they send", async () => {
    const claimed: string[] = [];
    await using server = await startTestServer({ replacePorts: countingClaims(claimed) });
    const noFile = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="did"\r\n\r\n0\r\n--${BOUNDARY}--\r\n`;
    assert.equal((await upload(server)).status, 403);
    assert.equal((await upload(server, {}, noFile)).status, 403);
    assert.equal((await upload(server, {}, "no form at all")).status, 400);
    assert.equal((await upload(server, bearer("x".repeat(32)))).status, 403);
    assert.equal((await upload(server, basic("nobody@example.org", "wrong"))).status, 403);
    assert.deepEqual(claimed, []);
    assert.equal((await upload(server, bearer(server.apiKey))).status, 302);
    assert.deepEqual(claimed, ["Stranger01"]);
  });

  test("count as refusals and lead to a ban", async () => {
    await using server = await startTestServer({
      limits: "authentic",
      clock: new VirtualClock(),
      settings: { CONSIGNE_LIMIT_REFUSALS: "5", CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "0" },
    });
    for (let count = 0; count < 5; count++) assert.match((await upload(server)).text, /#12"/);
    assert.equal((await upload(server)).status, 403);
    assert.match((await upload(server)).text, /IP Locked #375/);
  });

  test("count as calls, and a lock does not stop a user's upload", async () => {
    await using server = await startTestServer({
      limits: "friendly",
      clock: new VirtualClock(),
      settings: { CONSIGNE_LIMIT_BURST: "3" },
    });
    for (let count = 0; count < 3; count++) assert.match((await upload(server)).text, /#12"/);
    const locked = await upload(server);
    assert.match(locked.text, /IP Locked #374/);
    assert.notEqual(locked.headers.get("retry-after"), null);
    assert.match((await new ApiClient(server, server.apiKey).call("folder/ls")).text, /#374/);
    assert.equal((await upload(server, bearer(server.apiKey))).status, 302);
  });
});
