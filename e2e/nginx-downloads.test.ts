import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { freePort } from "./_free-port.ts";
import { Nginx, nginxProgram } from "./_nginx.ts";
import { lacking } from "./_programs.ts";
import { type RawAnswer, send } from "./wire/_wire.ts";

suite("the download origin behind nginx, configured as in the guide", { skip: lacking([nginxProgram, "-v"]) }, () => {
  let server: TestServer;
  let nginx: Nginx;

  before(async () => {
    const port = await freePort();
    server = await startTestServer({
      settings: {
        CONSIGNE_PORT: String(port),
        CONSIGNE_PUBLIC_URL: "https://files.example.org",
        CONSIGNE_DOWNLOAD_URL: "https://dl.example.org",
      },
    });
    nginx = await Nginx.start(port);
  });
  after(async () => {
    await nginx[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const ask = (url: URL): Promise<RawAnswer> =>
    send(`${nginx.url}${url.pathname}${url.search}`, { headers: { host: url.host, accept: "text/html" } });

  test("serves files and nothing else of the site", async () => {
    const { url } = await server.seed.file("/page.html", "<h1>hello</h1>");
    const way = await ask(new URL(`${url}&dl=1&inline=1`));
    const direct = new URL(String(way.headers.get("location")));
    assert.equal(direct.origin, "https://dl.example.org");
    const shown = await ask(direct);
    assert.deepEqual([shown.status, shown.text], [200, "<h1>hello</h1>"]);
    assert.equal(shown.headers.get("content-disposition"), 'inline; filename="page.html"');
    const saved = await ask(new URL(direct.pathname, server.url));
    assert.match(saved.headers.get("content-disposition") ?? "", /^attachment;/);
    assert.equal((await ask(new URL("/login.pl", direct))).status, 404);
    assert.equal((await ask(new URL("/login.pl", server.url))).status, 200);
  });
});
