import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints, type PageEndpoint, pageEndpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { bearer, type RawAnswer, send, uploadOne } from "./_wire.ts";

suite("a ban", () => {
  let server: TestServer;
  let link: string;
  let direct: string;
  let shared: string;
  let report: string;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    const owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner);
    direct = String((await owner.ok("download/get_token", { url: link }))["url"]);
    const { folder_id: id } = await owner.ok("folder/mkdir", { name: "shared" });
    shared = String((await owner.ok("folder/share", { folder_id: id, share: 1 }))["url"]);
    const form = new FormData();
    form.append("file[]", new Blob(["x"]), "x.txt");
    report = String(
      (await owner.request("/upload.cgi?id=abcdefghij", { method: "POST", body: form })).headers.get("location"),
    );
    server.limits.use("authentic");
    await server.limits.lock("ip", { ruleNumber: 375, forMs: 600_000 });
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (path: string, method = "GET", headers: Record<string, string> = {}): Promise<RawAnswer> =>
    send(path.startsWith("http") ? path : `${server.url}${path}`, { method, headers });
  const assertBanned = (answer: RawAnswer, what: string) => {
    assert.equal(answer.status, 403, what);
    assert.match(answer.text, /IP Locked/, what);
    assert.ok(Number(answer.headers.get("retry-after")) > 0, what);
  };

  test("blocks every call, existing or not, with a key or without", async () => {
    for (const { path, methods } of Object.values<Endpoint>(endpoints)) {
      for (const method of methods.filter((name) => name !== "HEAD")) {
        assertBanned(await ask(path, method), `${method} ${path}`);
        assertBanned(await ask(path, method, bearer(server.apiKey)), `${method} ${path} with a key`);
      }
    }
  });

  test("blocks every page", async () => {
    for (const { isOpenInBans, path, methods, alsoAt = [] } of Object.values<PageEndpoint>(pageEndpoints)) {
      if (isOpenInBans === true) continue;
      for (const each of [path, ...alsoAt]) {
        const url = each.replace("{language}", "en").replaceAll(/\{\w+\}/g, "abcdefgh");
        for (const method of methods.filter((name) => name !== "HEAD"))
          assertBanned(await ask(url, method), `${method} ${url}`);
      }
    }
    const stopped = [link, shared, report, "/docs", "/", "/nothing/here", `${link}&e=1`];
    for (const path of stopped) assertBanned(await ask(path), path);
  });

  test("blocks neither direct links nor calls about the server itself", async () => {
    for (const path of [direct, "/healthz", "/readyz", "/x/v1/about"])
      assert.equal((await ask(path)).status, 200, path);
  });
});
