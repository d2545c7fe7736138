import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";

suite("the reference at /docs", () => {
  let server: TestServer;
  let guest: ApiClient;
  before(async () => {
    server = await startTestServer();
    guest = new ApiClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  test("is a page that loads nothing from elsewhere", async () => {
    const start = await guest.request("/docs");
    assert.deepEqual([start.status, start.headers.get("location")], [301, "/docs/"]);
    const page = await guest.request("/docs/");
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'.*connect-src 'self'/);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    assert.deepEqual(sources, ["js/scalar.js"]);
    const script = await guest.request("/docs/js/scalar.js");
    assert.equal(script.status, 200);
    assert.match(script.headers.get("content-type") ?? "", /javascript/);
  });

  test("returns the usual 404 for unknown addresses below it", async () => {
    for (const path of ["/docs/nothing", "/docs/%2e%2e%2fpackage.json"]) {
      const answer = await guest.request(path);
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.json, { message: "There is nothing at this URL #551", status: "KO" });
    }
  });

  test("describes every call, with this server's address", async () => {
    const { status, json } = await guest.request("/docs/openapi.json");
    assert.equal(status, 200);
    assert.equal(json?.["openapi"], "3.1.1");
    assert.deepEqual(json?.["servers"], [{ url: "/", description: "This server" }]);
    const described = Object.keys(json?.["paths"] ?? {});
    for (const { path } of Object.values(endpoints)) assert.ok(described.includes(path), path);
  });
});
