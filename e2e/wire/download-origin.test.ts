import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints, pageEndpoints } from "@consigne/contract";
import { createClient } from "@consigne/sdk";
import { ApiClient, type TestServer } from "@consigne/testkit";
import { startWithDownloadOrigin } from "../_download-origin.ts";
import { Browser } from "./_browser.ts";
import { bearer, send, uploadOne } from "./_wire.ts";

const page = { accept: "text/html,*/*;q=0.8" };
const LONG_TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789abcd";

suite("a separate download origin", () => {
  let server: TestServer & { downloadUrl: string };
  let owner: ApiClient;
  let link: string;

  before(async () => {
    server = await startWithDownloadOrigin({ CONSIGNE_CORS_ORIGINS: "https://app.example.org" });
    owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner, "page.html", "<h1>hello</h1>");
  });
  after(() => server[Symbol.asyncDispose]());

  const direct = async (input: object = {}): Promise<string> =>
    String((await owner.ok("download/get_token", { url: link, ...input }))["url"]);

  test("is reported in the server's description", async () => {
    assert.equal((await owner.request("/x/v1/about")).json?.["download_url"], server.downloadUrl);
  });

  test("is where get_token and the pages lead", async () => {
    assert.ok((await direct()).startsWith(`${server.downloadUrl}/p`));
    const visited = await send(`${link}&dl=1`, { headers: page });
    assert.equal(visited.status, 302);
    assert.ok(visited.headers.get("location")?.startsWith(`${server.downloadUrl}/p`));
    const form = { method: "POST", headers: { ...page, "content-type": "application/x-www-form-urlencoded" } };
    const posted = await send(link, { ...form, body: "submit=Download" });
    assert.ok(posted.text.includes(`<a href="${server.downloadUrl}/p`), posted.text);
    assert.ok(posted.headers.get("content-security-policy")?.includes(` ${server.downloadUrl};`));
    const straight = await send(link, { headers: bearer(server.apiKey) });
    assert.equal((await send(String(straight.headers.get("location")))).text, "<h1>hello</h1>");
  });

  test("previews a protected file once its password was given, until the password changes", async () => {
    const [file] = await owner.upload({ "kept.html": "<h1>kept</h1>" }, { dpass: "open sesame" });
    const url = file?.download ?? assert.fail("the report has no link");
    const form = { method: "POST", headers: { ...page, "content-type": "application/x-www-form-urlencoded" } };
    const give = async (body: string) => (await send(url, { ...form, body })).text;
    const previewIn = (text: string) =>
      /<a [^>]*href="([^"]+)" target="_blank" rel="nofollow noopener">Preview in a new tab</.exec(text)?.[1];
    assert.equal(previewIn((await send(url, { headers: page })).text), undefined, "nothing is known yet");
    assert.equal(previewIn(await give("adz=0.a1&pass=wrong")), undefined);
    const given = await give("adz=0.a1&pass=open+sesame");
    const preview = previewIn(given) ?? assert.fail(given);
    assert.ok(preview.startsWith(`${server.downloadUrl}/p`));
    const shown = await send(preview);
    assert.equal(shown.text, "<h1>kept</h1>");
    assert.match(shown.headers.get("content-disposition") ?? "", /^inline/);
    assert.match(shown.headers.get("content-security-policy") ?? "", /sandbox/);
    const saved = /<a href="([^"]+)" {2}style/.exec(given)?.[1] ?? assert.fail(given);
    assert.match((await send(saved)).headers.get("content-disposition") ?? "", /^attachment/);
    await owner.ok("file/chattr", { urls: [url], pass: "another one" });
    assert.notEqual((await send(preview)).status, 200);
    const [plain] = await owner.upload({ "open.bin": "01" }, { dpass: "open sesame" });
    const other = await send(plain?.download ?? "", { ...form, body: "adz=0.a1&pass=open+sesame" });
    assert.equal(previewIn(other.text), undefined, "nothing that a browser would save");
  });

  test("is where the client library downloads from", async () => {
    const client = createClient({ url: server.url, apiKey: server.apiKey });
    assert.equal(Buffer.from(await client.downloads.bytes(link)).toString(), "<h1>hello</h1>");
  });

  test("serves nothing else, to anybody", async () => {
    const paths = [...Object.values(endpoints), ...Object.values(pageEndpoints)]
      .filter(({ operation }) => operation !== pageEndpoints.direct.operation)
      .flatMap(({ path, methods }) =>
        methods.map((method) => ({ method, path: path.replaceAll(/\{\w+\}/g, "abcde12345") })),
      );
    assert.ok(paths.length > 50);
    for (const { method, path } of [
      ...paths,
      { method: "GET", path: "/?abcdefghij0123456789" },
      { method: "POST", path: `/p${LONG_TOKEN}` },
    ]) {
      const type: Record<string, string> = method === "POST" ? { "content-type": "application/json" } : {};
      const answer = await send(`${server.downloadUrl}${path}`, {
        method,
        headers: { ...bearer(server.apiKey), ...type },
      });
      assert.ok([404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
      assert.equal(answer.status, path === `/p${LONG_TOKEN}` ? 405 : 404, `${method} ${path}`);
    }
  });

  test("is recognized in every spelling of its host", async () => {
    const { host, port } = new URL(server.downloadUrl);
    for (const spelled of [host, `127.0.0.1.:${port}`]) {
      const answer = await send(`${server.downloadUrl}/login.pl`, { headers: { ...page, host: spelled } });
      assert.equal(answer.status, 404, spelled);
    }
    assert.equal((await send(`${server.url}/login.pl`, { headers: page })).status, 200);
  });

  test("neither reads nor sets a cookie", async () => {
    const browser = new Browser(server);
    await browser.signIn(server.email, server.password);
    const cookie = [...browser.cookies, ["LG", "fr"]].map(([name, value]) => `${name}=${value}`).join("; ");
    const gone = await send(`${server.downloadUrl}/p${LONG_TOKEN}?lg=en`, { headers: { ...page, cookie } });
    assert.equal(gone.status, 404);
    assert.equal(gone.headers.get("set-cookie"), null);
    assert.doesNotMatch(gone.text, new RegExp(server.email));
    assert.match(
      (await send(`${server.downloadUrl}/p${LONG_TOKEN}`, { headers: { ...page, cookie } })).text,
      /lang="en"/,
    );
    assert.match((await send(`${server.downloadUrl}/p${LONG_TOKEN}?lg=fr`, { headers: page })).text, /<html lang="fr"/);
    const back = await send(`${server.downloadUrl}/p${LONG_TOKEN}`, { headers: page });
    assert.ok(back.text.includes(`href="${server.url}/login.pl"`), back.text);
    assert.equal((await send(await direct(), { headers: { cookie } })).headers.get("set-cookie"), null);
  });

  test("shows a page on request, which the site's own origin never does", async () => {
    const shown = await direct({ inline: 1 });
    const there = await send(shown);
    assert.equal(there.headers.get("content-disposition"), 'inline; filename="page.html"');
    assert.equal(there.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(there.headers.get("content-security-policy") ?? "", /^sandbox; default-src 'none'; /);
    assert.equal(there.headers.get("x-content-type-options"), "nosniff");
    assert.equal(there.headers.get("cross-origin-resource-policy"), "same-site");
    const here = await send(shown.replace(server.downloadUrl, server.url));
    assert.equal(here.status, 200);
    assert.match(here.headers.get("content-disposition") ?? "", /^attachment;/);
    assert.match((await send(await direct())).headers.get("content-disposition") ?? "", /^attachment;/);
  });

  test("answers HEAD, ranges and the preflight of an allowed page", async () => {
    const url = await direct({ inline: 1 });
    const head = await send(url, { method: "HEAD" });
    assert.deepEqual([head.status, head.text, head.headers.get("content-length")], [200, "", "14"]);
    const part = await send(url, { headers: { range: "bytes=4-8" } });
    assert.deepEqual([part.status, part.text, part.headers.get("content-range")], [206, "hello", "bytes 4-8/14"]);
    assert.match(part.headers.get("content-security-policy") ?? "", /^sandbox;/);
    const asked = { origin: "https://app.example.org", "access-control-request-method": "GET" };
    const preflight = await send(url, { method: "OPTIONS", headers: asked });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, asked.origin]);
  });

  test("is offered as a preview for files that browsers can show", async () => {
    const hrefOn = async (url: string) =>
      / href="([^"]*)" rel="nofollow"/.exec((await send(url, { headers: page })).text)?.[1];
    assert.equal(await hrefOn(link), `${link}&amp;dl=1&amp;inline=1`);
    const visited = await send(`${link}&dl=1&inline=1`, { headers: page });
    assert.match(
      (await send(String(visited.headers.get("location")))).headers.get("content-disposition") ?? "",
      /^inline;/,
    );
    assert.equal(await hrefOn(await uploadOne(owner, "a.zip", "hello")), undefined);
    assert.equal(await hrefOn(await uploadOne(owner, "locked.html", "hello", { dpass: "open sesame" })), undefined);
  });
});
