import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { domains } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addPerson, assertRefusal, bearer, idOf, send, uploadOne } from "./_wire.ts";

suite("a server that listens on every address", () => {
  let server: TestServer;
  let owner: ApiClient;
  let id = "";
  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_HOST: "0.0.0.0" } });
    owner = new ApiClient(server, server.apiKey);
    id = idOf(await uploadOne(owner));
  });
  after(() => server[Symbol.asyncDispose]());

  test("uses the caller's host in links, upload servers, direct links and pages", async () => {
    const { port } = new URL(server.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "localhost:9999", new URL(server.url).host]) {
      const headers = { ...bearer(server.apiKey), "content-type": "application/json", host };
      const call = async (path: string, body: object) =>
        (await send(`http://127.0.0.1:${port}/v1/${path}.cgi`, { method: "POST", headers, body: JSON.stringify(body) }))
          .json;
      assert.equal((await call("file/info", { url: id }))?.["url"], `http://${host}/?${id}`);
      assert.equal((await call("upload/get_upload_server", {}))?.["url"], host);
      const direct = String((await call("download/get_token", { url: id }))?.["url"]);
      assert.ok(direct.startsWith(`http://${host}/p`), direct);
      const page = await send(`http://127.0.0.1:${port}/?${id}`, { headers: { host } });
      assert.ok(page.text.includes(`action="http://${host}/?${id}"`), page.text);
    }
  });

  test("repeats no foreign host, and uses the address of the connection instead", async () => {
    const { port } = new URL(server.url);
    for (const host of ["files.example.org", "evil.example:80", 'x"><b>', `127.0.0.1.evil.example:${port}`]) {
      const page = await send(`http://127.0.0.1:${port}/?${id}`, { headers: { host } });
      assert.ok(page.text.includes(`action="http://127.0.0.1:${port}/?${id}"`), page.text);
    }
  });
});

suite("the two faces", () => {
  let server: TestServer;
  let owner: ApiClient;
  let key: Record<string, string>;
  let id = "";

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    key = bearer(server.apiKey);
    id = idOf(await uploadOne(owner));
  });
  after(() => server[Symbol.asyncDispose]());

  const call = (path: string, body: unknown, headers: Record<string, string>) =>
    send(`${server.url}/v1/${path}.cgi`, {
      method: "POST",
      headers: { ...key, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const asked = async (headers: Record<string, string>): Promise<unknown> =>
    (await call("file/info", { url: id }, headers)).json?.["url"];
  const native = () => `${server.url}/?${id}`;
  const original = () => `https://1fichier.com/?${id}`;

  test("print the server's own addresses unless a host of 1fichier.com is asked", async () => {
    for (const headers of [
      {},
      { host: "files.example.org" },
      { host: "1fichier.com.example.org" },
      { host: "evil.com" },
    ]) {
      assert.equal(await asked(headers as Record<string, string>), native());
    }
    for (const name of ["example.org", "", "1fichier.com.evil.com", "1fichier.comx", "https://1fichier.com"]) {
      assert.equal(await asked({ "consigne-face": name }), native(), name);
    }
  });

  test("print 1fichier.com addresses for its hosts, by Host or Consigne-Face", async () => {
    const hosts = ["api.1fichier.com", "1fichier.com", "www.1fichier.com", "up1.1fichier.com", "a-1.1fichier.com"];
    for (const host of [...hosts, ...domains, "1FICHIER.COM", "1fichier.com:443", "api.1fichier.com."]) {
      assert.equal(await asked({ host }), original(), host);
      assert.equal(await asked({ "consigne-face": host }), original(), host);
    }
  });

  test("return upload and download hosts as clients expect them, without scheme, path or port", async () => {
    const face = { "consigne-face": "api.1fichier.com" };
    const { url, id: xid } = (await call("upload/get_upload_server", {}, face)).json ?? {};
    assert.match(String(url), /^[a-z0-9-]+\.1fichier\.com$/);
    assert.match(String(xid), /^[A-Za-z0-9]{10}$/);
    const direct = String((await call("download/get_token", { url: original() }, face)).json?.["url"]);
    assert.match(direct, /^https:\/\/[a-z]+-\d+\.1fichier\.com\/p[A-Za-z0-9]+$/);
    const bytes = await send(`${server.url}${new URL(direct).pathname}`, { headers: { host: new URL(direct).host } });
    assert.equal(bytes.text, "hello");
    assert.equal((await send(`${server.url}${new URL(direct).pathname}`)).text, "hello");
    const nativeHost = (await call("upload/get_upload_server", {}, {})).json?.["url"];
    assert.equal(nativeHost, new URL(server.url).host);
  });

  test("print each of the eleven domains an upload may choose, on 1fichier.com's face only", async () => {
    for (const [number, domain] of domains.entries()) {
      const link = await uploadOne(owner, `domain-${number}.bin`, "hello", { domain: String(number) });
      assert.ok(link.startsWith(`${server.url}/?`), link);
      const info = await call("file/info", { url: link }, { host: "api.1fichier.com" });
      assert.equal(info.json?.["url"], `https://${domain}/?${idOf(link)}`);
    }
    for (const domain of ["11", "-1", "x", "", "1.5"]) {
      const link = await uploadOne(owner, "no-domain.bin", "hello", { domain });
      const info = await call("file/info", { url: link }, { host: "api.1fichier.com" });
      assert.equal(info.json?.["url"], `https://1fichier.com/?${idOf(link)}`, domain);
    }
  });

  test("find a file by any form of its link", async () => {
    const forms = [
      native(),
      original(),
      id,
      `${original()}&af=62851`,
      `${original()}&inline=1&lg=en`,
      `${original()}/`,
      `http://${id}.1fichier.com/`,
      `https://1fichier.com/en/?${id}`,
      ` ${original()} `,
      ...domains.map((domain) => `https://${domain}/?${id}`),
      `https://desfichiers.net/?${id}`,
    ];
    for (const form of forms) {
      for (const headers of [{}, { host: "api.1fichier.com" }] as Record<string, string>[]) {
        const info = await call("file/info", { url: form }, headers);
        assert.equal(info.json?.["filename"], "a.bin", `${form}: ${info.text}`);
      }
    }
  });

  test("serve a file's page under every domain", async () => {
    for (const host of domains) {
      const page = await send(`${server.url}/?${id}`, { headers: { host } });
      assert.equal(page.status, 200);
      assert.match(page.text, new RegExp(`action="https://1fichier\\.com/\\?${id}"`));
    }
  });

  test("never turn a face into a right", async () => {
    const stranger = await addPerson(server, "stranger@example.org");
    const faces = ["1fichier.com", "api.1fichier.com", "evil.example.org"];
    for (const face of faces.flatMap((host) => [{ host }, { "consigne-face": host }] as Record<string, string>[])) {
      const headers = { ...face, "content-type": "application/json" };
      const info = await send(`${server.url}/v1/user/info.cgi`, { method: "POST", headers: face });
      assertRefusal(info, 403, 12);
      const remove = await send(`${server.url}/v1/file/rm.cgi`, {
        method: "POST",
        headers: { ...headers, ...bearer(stranger.key) },
        body: JSON.stringify({ files: [{ url: original() }] }),
      });
      assertRefusal(remove, 404);
    }
    assert.equal(await asked({}), native());
  });

  test("trust X-Forwarded-Host from a trusted proxy only", async () => {
    const forwarded = { "x-forwarded-host": "1fichier.com" };
    assert.equal(await asked(forwarded), original());
    await using wary = await startTestServer({ settings: { CONSIGNE_TRUSTED_PROXIES: "none" } });
    const client = new ApiClient(wary, wary.apiKey);
    const link = await uploadOne(client);
    const info = await client.call("file/info", { url: link }, { ...forwarded, "x-forwarded-for": "198.51.100.7" });
    assert.equal(info.json?.["url"], link);
  });

  test("use X-Forwarded-For from a trusted proxy where addresses decide", async () => {
    const fence = { allowedAddresses: ["198.51.100.0/24"] };
    const visitor = await addPerson(server, "visitor@example.org", { key: fence });
    const from = (address: string) => visitor.client.call("file/ls", {}, { "x-forwarded-for": address });
    assert.equal((await from("198.51.100.7")).status, 200);
    assertRefusal(await from("203.0.113.7"), 403, 631);
    assertRefusal(await visitor.client.call("file/ls"), 403, 631);
    await using wary = await startTestServer({ settings: { CONSIGNE_TRUSTED_PROXIES: "none" } });
    const forger = await addPerson(wary, "forger@example.org", { key: fence });
    assertRefusal(await forger.client.call("file/ls", {}, { "x-forwarded-for": "198.51.100.7" }), 403, 631);
  });
});
