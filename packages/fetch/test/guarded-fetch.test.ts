import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { suite, test } from "node:test";
import { createGuardedFetch } from "@consigne/fetch";
import { assertFails, PRIVATE, PUBLIC, until } from "./_fetching.ts";
import { httpAnswer, openRawServer, redirectTo } from "./_raw-server.ts";

const guarded = createGuardedFetch({ allow: [PUBLIC], ownNetworks: () => [] });
const bearer = { authorization: "Bearer key", "content-type": "application/json" };

interface Call {
  method: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

async function openApi() {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, headers } = request;
      calls.push({ method, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(403, { "content-type": "application/json", "x-request-id": "r1" }).end('{"status":"KO"}');
    });
  });
  server.listen(0, PUBLIC);
  await once(server, "listening");
  const url = `http://${PUBLIC}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

suite("calls to servers that a user named", () => {
  test("send method, headers and body, and return any answer", async () => {
    await using api = await openApi();
    const response = await guarded(`${api.url}/v1/x.cgi`, { method: "POST", headers: bearer, body: '{"a":"é"}' });
    assert.deepEqual([response.status, response.headers.get("x-request-id")], [403, "r1"]);
    assert.equal(await response.text(), '{"status":"KO"}');
    const form = await guarded(`${api.url}/dir/x`, { method: "POST", body: new URLSearchParams({ pass: "p" }) });
    await form.arrayBuffer();
    assert.deepEqual(
      api.calls.map(({ method, body }) => [method, body]),
      [
        ["POST", '{"a":"é"}'],
        ["POST", "pass=p"],
      ],
    );
    assert.equal(api.calls[0]?.headers["authorization"], "Bearer key");
    assert.match(api.calls[1]?.headers["content-type"] ?? "", /^application\/x-www-form-urlencoded/);
  });
  test("reach no forbidden network, by name, number or redirect", async () => {
    await using inside = await openRawServer(() => httpAnswer("secret"), { host: PRIVATE });
    await using server = await openRawServer(() => redirectTo(`${inside.url}/`));
    const named = createGuardedFetch({ allow: [PUBLIC], ownNetworks: () => [], resolve: async () => [PRIVATE] });
    const post = { method: "POST", headers: bearer, body: "{}" };
    await assertFails(guarded(`${inside.url}/v1/x.cgi`, post), "address-refused");
    await assertFails(guarded(`${server.url}/x/v1/about`), "address-refused");
    await assertFails(named(`http://evil.example:${inside.port}/`), "address-refused");
    assert.equal(inside.connections, 0);
    await assertFails(guarded("ftp://127.0.0.1/"), "address-invalid");
  });
  test("follow no redirect of a POST, and send no key to another origin", async () => {
    await using other = await openRawServer(() => httpAnswer("elsewhere"));
    await using server = await openRawServer(() => redirectTo(`${other.url}/`));
    const posted = await guarded(server.url, { method: "POST", headers: bearer, body: "{}" });
    assert.equal(posted.status, 302);
    await posted.body?.cancel();
    const manual = await guarded(server.url, { headers: bearer, redirect: "manual" });
    assert.equal(manual.status, 302);
    await manual.body?.cancel();
    assert.equal(other.requests.length, 0);
    const followed = await guarded(server.url, { headers: bearer });
    assert.equal(await followed.text(), "elsewhere");
    assert.equal(other.requests[0]?.headers.get("authorization"), undefined);
  });
  test("send headers to one origin only, even after a redirect back, and never proxy headers", async () => {
    const secrets = { authorization: "Bearer key", cookie: "a=1", "x-api-key": "key", "x-forwarded-for": "10.0.0.1" };
    await using other = await openRawServer(() => redirectTo(`${server.url}/back`));
    await using server = await openRawServer(({ path }) =>
      path === "/" ? redirectTo(`${other.url}/`) : httpAnswer("back"),
    );
    const response = await guarded(server.url, { headers: { ...secrets, range: "bytes=1-", accept: "text/plain" } });
    assert.equal(await response.text(), "back");
    const told = [...server.requests, ...other.requests].map(({ headers }) =>
      ["authorization", "cookie", "x-api-key", "x-forwarded-for", "range", "accept"].map((name) => headers.get(name)),
    );
    const nothing = [undefined, undefined, undefined, undefined, "bytes=1-", "text/plain"];
    assert.deepEqual(told, [["Bearer key", "a=1", "key", undefined, "bytes=1-", "text/plain"], nothing, nothing]);
  });
  test("free their connection if the answer is not read", async () => {
    await using server = await openRawServer((_request, socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\nabc");
    });
    const response = await guarded(server.url);
    await response.body?.cancel();
    await until(() => server.open.size === 0);
  });
  test("end when redirects take too long", async () => {
    const hasty = createGuardedFetch({
      allow: [PUBLIC],
      ownNetworks: () => [],
      bounds: { openMs: 50, redirects: 999 },
    });
    await using server = await openRawServer(({ path }, socket) => {
      setTimeout(() => socket.end(redirectTo(`${path}x`)), 10);
    });
    await assertFails(hasty(server.url), "too-slow");
  });
  test("fail if the answer breaks off, and end with their signal", async () => {
    await using cut = await openRawServer(() => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    const response = await guarded(cut.url);
    await assertFails(response.text(), "broken-off");
    await using silent = await openRawServer(() => undefined);
    const reason = new Error("enough");
    await assert.rejects(guarded(silent.url, { signal: AbortSignal.abort(reason) }), reason);
    const ending = new AbortController();
    const waiting = guarded(silent.url, { signal: ending.signal });
    setTimeout(() => ending.abort(reason), 30);
    await assert.rejects(waiting, reason);
    const coded = httpAnswer("xx", { headers: { "Content-Encoding": "gzip" } });
    await using bomb = await openRawServer(() => coded);
    await assertFails(guarded(bomb.url), "contradiction");
  });
});
