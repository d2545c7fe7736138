import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { bearer, send, uploadOne } from "./_wire.ts";

const page = "https://app.example.org";
const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
type Headers = Record<string, string>;

/** What an answer says about pages of other origins. */
function saidIn(headers: Record<string, string | string[] | undefined>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
}

suite("pages of other origins that make calls", () => {
  let server: TestServer;
  let link: string;
  let direct: string;
  let shared: string;
  let locked: string;
  before(async () => {
    server = await startTestServer({
      limits: "authentic",
      settings: { CONSIGNE_CORS_ORIGINS: `${page}, http://127.0.0.1:5173`, CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "1000" },
    });
    const owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner);
    direct = String((await owner.ok("download/get_token", { url: link }))["url"]);
    const share = async (name: string, more: object) => {
      const { folder_id: id } = await owner.ok("folder/mkdir", { name });
      return String((await owner.ok("folder/share", { folder_id: id, share: 1, ...more }))["url"]);
    };
    shared = await share("open", {});
    locked = await share("locked", { pass: "secret1" });
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (path: string, headers: Headers, method = "GET") => send(`${server.url}${path}`, { method, headers });
  const pathOf = (url: string) => url.slice(server.url.length);

  test("read every answer if allowed, including refusals and 404s", async () => {
    const key = bearer(server.apiKey);
    const asked = [
      await ask("/v1/folder/ls.cgi", { ...key, origin: page, "content-type": "application/json" }, "POST"),
      await ask("/v1/folder/ls.cgi", { origin: page }, "POST"),
      await ask("/v1/no/such.cgi", { origin: page }, "POST"),
      await ask("/upload.cgi?id=abcdefghij", { ...key, origin: page }, "POST"),
      await ask("/end.pl?xid=abcdefghij", { origin: page, json: "1" }),
      await ask("/x/v1/about", { origin: page }),
      await ask("/x/v1/nothing", { origin: page }),
      await ask(pathOf(direct), { origin: page }),
      await ask(pathOf(direct), { origin: page, range: "bytes=1-2" }),
      await ask(pathOf(direct), { origin: page, range: "bytes=99-" }),
      await ask(pathOf(direct), { origin: page }, "HEAD"),
      await ask("/pNoSuchToken", { origin: page }),
      await ask("/zNoSuchToken", { origin: page }),
      await ask(`${pathOf(shared)}?json=1`, { origin: page }),
      await ask(`${pathOf(locked)}?json=1`, { origin: page }),
    ];
    assert.deepEqual(
      asked.map(({ status }) => status),
      [200, 403, 404, 400, 404, 200, 404, 200, 206, 416, 200, 404, 404, 200, 200],
    );
    for (const { rawHeaders, text } of asked) {
      const said = saidIn(rawHeaders);
      assert.equal(said["access-control-allow-origin"], page, text);
      assert.equal(said["vary"], "origin");
      assert.match(String(said["access-control-expose-headers"]), /content-range.*retry-after.*x-request-id/);
      assert.deepEqual(Object.keys(said).toSorted(), [
        "access-control-allow-origin",
        "access-control-expose-headers",
        "vary",
      ]);
    }
  });

  test("get their preflight answered without a key, even during a lock, and uncounted", async () => {
    await server.limits.lock("ip");
    for (const path of [
      "/v1/file/ls.cgi",
      "/v1/no/such.cgi",
      "/x/v1/about",
      "/upload.cgi?id=x",
      "/end.pl",
      "/pToken1",
      "/zToken1",
    ]) {
      for (let time = 0; time < 20; time += 1) {
        const answer = await ask(path, { origin: page, ...preflight }, "OPTIONS");
        assert.equal(answer.status, 204, `${path}: ${answer.text}`);
        assert.deepEqual(saidIn(answer.rawHeaders), {
          "access-control-allow-origin": page,
          "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
          "access-control-allow-headers":
            "authorization, content-type, content-digest, leaves-digest, json, export, range, if-range, if-none-match, if-modified-since, last-event-id, " +
            "tus-resumable, upload-length, upload-offset, upload-metadata, upload-checksum, x-http-method-override, x-request-id",
          "access-control-max-age": "600",
          vary: "origin",
        });
      }
    }
    const refused = await ask("/v1/file/ls.cgi", { origin: page }, "POST");
    assert.equal(refused.status, 403);
    assert.equal(refused.rawHeaders["access-control-allow-origin"], page);
    assert.ok(Number(refused.rawHeaders["retry-after"]) > 0);
    assert.equal((await server.limits.locks()).length, 1);
    await server.limits.releaseAll();
  });

  test("learn nothing if not allowed, except that the answer depends on the origin", async () => {
    const strangers = [
      {},
      { origin: "https://evil.example.org" },
      { origin: "http://app.example.org" },
      { origin: `${page}.evil.org` },
      { origin: "null" },
    ] as Headers[];
    for (const headers of strangers) {
      const about = await ask("/x/v1/about", headers);
      assert.equal(about.status, 200);
      assert.deepEqual(saidIn(about.rawHeaders), { vary: "origin" });
      const asked = await ask("/v1/file/ls.cgi", { ...headers, ...preflight }, "OPTIONS");
      assert.equal(asked.status, 405);
      assert.deepEqual(saidIn(asked.rawHeaders), { vary: "origin" });
    }
  });

  test("cannot read the pages meant for people", async () => {
    for (const path of ["/", pathOf(link), pathOf(shared), pathOf(locked), "/docs", "/healthz", "/readyz"]) {
      for (const method of ["GET", "OPTIONS"]) {
        const answer = await ask(path, { origin: page, ...preflight }, method);
        assert.deepEqual(saidIn(answer.rawHeaders), {}, path);
      }
    }
  });

  test("are treated on 1fichier.com's face as 1fichier.com treats them", async () => {
    for (const headers of [{ host: "api.1fichier.com" }, { "consigne-face": "1fichier.com" }] as Headers[]) {
      for (const [path, method] of [
        ["/v1/file/ls.cgi", "OPTIONS"],
        ["/v1/file/ls.cgi", "POST"],
        [pathOf(direct), "GET"],
      ] as const) {
        const answer = await ask(path, { origin: page, ...preflight, ...headers }, method);
        assert.deepEqual(saidIn(answer.rawHeaders), {}, `${method} ${path}`);
      }
    }
  });

  test("reach a private network if allowed by name, but not by a wildcard", async () => {
    const asks = { ...preflight, "access-control-request-private-network": "true" };
    const named = await ask("/v1/file/ls.cgi", { origin: page, ...asks }, "OPTIONS");
    assert.equal(named.rawHeaders["access-control-allow-private-network"], "true");
    await using open = await startTestServer({ settings: { CONSIGNE_CORS_ORIGINS: "*" } });
    const anybody = await send(`${open.url}/v1/file/ls.cgi`, { method: "OPTIONS", headers: { origin: page, ...asks } });
    assert.equal(anybody.status, 204);
    assert.equal(anybody.rawHeaders["access-control-allow-origin"], "*");
    assert.equal(anybody.rawHeaders["access-control-allow-private-network"], undefined);
    assert.equal(anybody.rawHeaders["vary"], undefined);
  });

  test("get no headers by default, and never permission for credentials", async () => {
    await using closed = await startTestServer();
    for (const [path, method] of [
      ["/x/v1/about", "GET"],
      ["/v1/file/ls.cgi", "OPTIONS"],
      ["/v1/file/ls.cgi", "POST"],
    ] as const) {
      const answer = await send(`${closed.url}${path}`, { method, headers: { origin: page, ...preflight } });
      assert.deepEqual(saidIn(answer.rawHeaders), {});
    }
  });
});
