import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { png } from "../_pictures.ts";
import { Browser } from "./_browser.ts";
import { addPerson, assertRefusal, type Person, type RawAnswer, send, uploadOne } from "./_wire.ts";

const evil = "https://evil.example.org";
const upload = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n';

suite("a session used for calls and uploads", () => {
  let server: TestServer;
  let person: Person;
  let cookie: Record<string, string>;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_CORS_ORIGINS: "https://app.example.org" } });
    person = await addPerson(server, "person@example.org");
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    cookie = browser.cookieHeader();
  });
  after(() => server[Symbol.asyncDispose]());

  const call = (headers: Record<string, string>, path = "/v1/folder/ls.cgi", body = "{}"): Promise<RawAnswer> =>
    send(`${server.url}${path}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  const put = (headers: Record<string, string>) =>
    call({ ...headers, "content-type": "multipart/form-data; boundary=b" }, "/upload.cgi", upload);
  const script = () => ({ ...cookie, "consigne-session": "1", origin: server.url });
  const countFiles = async () => (await server.services.accounts.getUsage(person.account)).fileCount;

  test("is accepted with our origin and the header a page must set", async () => {
    for (const more of [{}, { "sec-fetch-site": "same-origin" }] as Record<string, string>[]) {
      assert.equal((await call({ ...script(), ...more })).json?.["status"], "OK");
      assert.equal((await put({ ...script(), ...more })).status, 302);
    }
    assert.equal(await countFiles(), 2);
    const info = await call(script(), "/v1/user/info.cgi");
    assert.equal(info.json?.["email"], person.email);
  });

  test("is accepted from the other loopback name, with that name as origin", async () => {
    const { port } = new URL(server.url);
    const named = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    assert.equal((await call({ ...script(), ...named })).status, 200);
    for (const mixed of [{ host: named.host }, { origin: named.origin }] as Record<string, string>[]) {
      assert.equal((await call({ ...script(), ...mixed })).status, 403);
    }
  });

  test("is ignored in all other cases, right or wrong alike", async () => {
    const { "consigne-session": _header, ...withoutHeader } = script();
    const { origin: _origin, ...withoutOrigin } = script();
    const others: Record<string, string>[] = [
      cookie,
      withoutHeader,
      withoutOrigin,
      { ...withoutHeader, "sec-fetch-site": "same-origin" },
      { ...script(), origin: evil },
      { ...script(), origin: "null" },
      { ...script(), origin: `${server.url}0` },
      { ...script(), origin: server.url.replace("http:", "https:") },
      { ...script(), origin: "https://app.example.org" },
      { ...script(), origin: evil, "sec-fetch-site": "cross-site" },
      { ...script(), origin: "https://1fichier.com" },
      { ...script(), host: "api.1fichier.com" },
    ];
    const before = await countFiles();
    for (const headers of others) {
      const given = JSON.stringify(headers);
      for (const ask of [call, put]) {
        const { status, text } = await ask(headers);
        const wrong = await ask({ ...headers, cookie: `SID=${"x".repeat(40)}` });
        assert.equal(status, 403, `${given}: ${text}`);
        assert.deepEqual({ status: wrong.status, text: wrong.text }, { status, text }, given);
      }
    }
    assert.equal(await countFiles(), before);
  });

  test("is accepted on 1fichier.com's face with its hosts as origins", async () => {
    const face = { host: "api.1fichier.com", origin: "https://1fichier.com", "sec-fetch-site": "same-site" };
    assert.equal((await call({ ...script(), ...face })).status, 200);
  });

  test("may only read without an origin, as browsers do", async () => {
    const { origin: _origin, ...headers } = script();
    const ask = (more: Record<string, string>) =>
      send(`${server.url}/v1/upload/get_upload_server.cgi`, { headers: { ...headers, ...more } });
    assert.equal((await ask({})).status, 200);
    assert.equal((await ask({ "sec-fetch-site": "same-origin" })).status, 200);
    assert.equal((await ask({ "sec-fetch-site": "cross-site" })).status, 403);
  });

  test("is not offered by the preflight of an allowed page", async () => {
    const answer = await send(`${server.url}/v1/folder/ls.cgi`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "consigne-session",
      },
    });
    assert.doesNotMatch(answer.headers.get("access-control-allow-headers") ?? "", /consigne-session/);
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
  });

  test("is ignored if a key is sent, even a wrong one", async () => {
    const { email } =
      (await call({ ...script(), authorization: `Bearer ${server.apiKey}` }, "/v1/user/info.cgi")).json ?? {};
    assert.equal(email, server.email);
    assertRefusal(await call({ ...script(), authorization: `Bearer ${"x".repeat(32)}` }), 403, 93);
  });

  test("opens nothing that works without signing in", async () => {
    const owner = new ApiClient(server, server.apiKey);
    const url = await uploadOne(owner, "guarded.bin", "hello", { dpass: "open sesame" });
    const token = String((await owner.ok("download/get_token", { url }))["url"]);
    for (const path of [token, `${server.url}/x/v1/about`, `${server.url}/healthz`]) {
      const answer = await send(path, { headers: { ...script() } });
      assert.equal(answer.headers.get("set-cookie"), null);
      assert.ok([200, 403].includes(answer.status));
      assert.doesNotMatch(answer.text, /person@/);
    }
  });

  test("counts no download for what owners preview, and one for everything else", async () => {
    const { client: owner } = person;
    const url = await uploadOne(owner, "seen.png", png(8, 8, [30, 120, 200]));
    const listed = async () => {
      const { entries } = await owner.ok("/x/v1/folder/list", { folder_id: 0, thumbnails: 1 });
      return (entries as { name: string; downloads?: number; thumbnail?: string }[]).find(
        ({ name }) => name === "seen.png",
      );
    };
    const downloads = async () => (await listed())?.downloads;
    const fetched = async (answer: { json?: Record<string, unknown> | undefined }) =>
      assert.equal((await send(String(answer.json?.["url"]))).status, 200);
    const getToken = (body: object) => call(script(), "/v1/download/get_token.cgi", JSON.stringify({ url, ...body }));

    assert.ok((await send((await listed())?.thumbnail ?? "")).status < 300);
    await fetched(await getToken({ inline: 1 }));
    assert.deepEqual([await downloads(), await server.services.accounts.countDownloads(person.account)], [0, 0]);
    await fetched(await getToken({}));
    assert.equal(await downloads(), 1);
    await fetched({ json: await owner.ok("download/get_token", { url, inline: 1 }) });
    assert.equal(await downloads(), 2);
    const other = await addPerson(server, "other@example.org");
    await fetched({ json: await other.client.ok("download/get_token", { url, inline: 1 }) });
    assert.equal(await downloads(), 3);
  });

  test("stops working when it ends, even for a running upload", async () => {
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    const headers = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    assert.equal((await call(headers)).status, 200);
    await server.services.accounts.setLocked("operator", person.account, true);
    await server.services.accounts.setLocked("operator", person.account, false);
    assertRefusal(await call(headers), 403, 93);
    assert.equal((await put(headers)).status, 403);
  });
});
