import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, type TestServer } from "@consigne/testkit";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startWithDownloadOrigin } from "../_download-origin.ts";
import { wholeChromium } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { builtConsole } from "./_built-console.ts";
import { assertAccessible as assertConsoleAccessible, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

/** Tries what a malicious uploaded page might do, and reports in its title how far it got. */
const hostilePage = (site: string) => `<!doctype html><title>quiet</title>
<meta http-equiv="refresh" content="0;url=${site}/console/index.pl">
<h1>Hello</h1>
<script>
document.title = "ran";
try { document.title = "cookie " + document.cookie; } catch {}
fetch("${site}/v1/user/info.cgi", { method: "POST", credentials: "include", body: "{}" });
</script>
<img src="x" onerror="document.title = 'ran'"><img src="${site}/qr.pl?abcdefghij0123456789">
<iframe src="${site}/login.pl"></iframe>
<form action="${site}/logout.pl" method="post"><button>Click me</button></form>
<p style="color: rgb(1, 2, 3)">Styled</p>`;
const hostilePicture = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><title>quiet</title><text y="15">Hi</text>
<script>document.title = "ran"; document.documentElement.setAttribute("data-ran", "1");</script></svg>`;
/**
 * Everything else that fetches, opens, frames, saves or sends by itself or at a click, from the site or from elsewhere.
 */
const busyPage = (
  site: string,
  elsewhere: string,
) => `<!doctype html><title>quiet</title><base href="${elsewhere}/base/">
<meta http-equiv="Content-Security-Policy" content="script-src * 'unsafe-inline'">
<meta http-equiv="set-cookie" content="CSID=planted"><meta http-equiv="refresh" content="0;url=data:text/html,away">
<link rel="dns-prefetch" href="${elsewhere}/"><link rel="preconnect" href="${elsewhere}/">
<link rel="prefetch" href="${elsewhere}/a"><link rel="prerender" href="${elsewhere}/b"><link rel="icon" href="${elsewhere}/c">
<link rel="preload" as="image" href="${elsewhere}/d"><link rel="modulepreload" href="${elsewhere}/e">
<link rel="stylesheet" href="${elsewhere}/f"><link rel="manifest" href="${elsewhere}/g">
<style>@import url(${elsewhere}/h); @font-face { font-family: x; src: url(${elsewhere}/i) }
body { font-family: x; background: url(${elsewhere}/j) } a::before { content: url(${site}/qr.pl?abcdefghij0123456789) }</style>
<script src="${elsewhere}/k"></script><script type="speculationrules">{"prefetch":[{"urls":["${elsewhere}/l"]}]}</script>
<body background="${elsewhere}/m" onload="document.title = 'ran'">
<video autoplay src="${elsewhere}/n" poster="${elsewhere}/o"></video><audio autoplay src="${elsewhere}/p"></audio>
<object data="${site}/console/index.pl"></object><embed src="${site}/console/index.pl">
<iframe src="${site}/console/index.pl"></iframe><iframe srcdoc="<script>parent.document.title = 'ran'</script>"></iframe>
<iframe src="data:text/html,<script>top.location = '${site}/logout.pl'</script>"></iframe>
<iframe src="javascript:parent.document.title = 'ran'"></iframe><portal src="${site}/console/index.pl"></portal>
<svg><use href="${elsewhere}/q#a"/><image href="${elsewhere}/r"/></svg><input type="image" src="${elsewhere}/s">
<p><a href="javascript:document.title = 'ran'">script</a> <a href="${site}/console/index.pl" target="_blank">popup</a>
<a href="data:application/octet-stream,saved" download="t">save</a> <a href="#here" ping="${elsewhere}/u">ping</a>
<a href="data:text/html,<script>document.title = 'ran'</script>">data</a></p>
<form action="javascript:document.title = 'ran'"><button>script form</button></form>
<form method="post"><button formaction="${site}/logout.pl">site form</button></form><i id="here"></i>`;
const busyPicture = (
  site: string,
  elsewhere: string,
) => `<?xml version="1.0"?><?xml-stylesheet href="${elsewhere}/a.css"?>
<!DOCTYPE svg [<!ENTITY e SYSTEM "${elsewhere}/b">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99" onload="document.title = 'ran'">
<title>quiet</title><style>@import url(${elsewhere}/c);</style><script href="${elsewhere}/d"/>
<use href="${elsewhere}/e#x"/><image href="${elsewhere}/f"/><feImage href="${elsewhere}/g"/>
<foreignObject width="99" height="99"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${site}/console/index.pl"/></foreignObject>
<a xlink:href="javascript:document.title = 'ran'"><text y="15">script</text></a>
<animate attributeName="href" to="javascript:document.title = 'ran'" begin="0s"/></svg>`;
/** Its viewer supports scripts and actions of its own. */
const busyPdf = (site: string, elsewhere: string) => `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R/AA<</WC 5 0 R/DC 5 0 R>>/AcroForm<</Fields[]>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/AA<</O 6 0 R>>>>endobj
4 0 obj<</S/JavaScript/JS(app.launchURL\\("${elsewhere}/a", true\\); this.submitForm\\("${site}/logout.pl"\\); this.getURL\\("${elsewhere}/b"\\);)/Next 5 0 R>>endobj
5 0 obj<</S/URI/URI(${elsewhere}/c)>>endobj
6 0 obj<</S/SubmitForm/F(${site}/logout.pl)/Next<</S/GoToR/F(${elsewhere}/d)>>>>endobj
trailer<</Root 1 0 R>>
`;
const dot = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const pdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj
trailer<</Root 1 0 R>>
`;

suite("previews in Chromium", { skip: lacking([wholeChromium, "--version"]) }, () => {
  let server: TestServer & { downloadUrl: string };
  let owner: ApiClient;
  let browser: Browser;
  let signedIn: BrowserContext;

  before(async () => {
    server = await startWithDownloadOrigin();
    owner = new ApiClient(server, server.apiKey);
    browser = await openChromium(wholeChromium);
    signedIn = await browser.newContext();
    const page = await signedIn.newPage();
    await page.goto(`${server.url}/login.pl`);
    await page.locator("input[name=mail]").fill(server.email);
    await page.locator("input[name=pass]").fill(server.password);
    await page.locator("input[name=pass]").press("Enter");
    await page.waitForURL((url) => !url.pathname.endsWith("/login.pl"));
    assert.ok((await signedIn.cookies(server.url)).length > 0, "nobody is signed in");
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  const upload = async (name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> => {
    const [link] = await owner.upload({ [name]: content });
    return link?.download ?? assert.fail("the report has no link");
  };

  /** The page and the requests that left the browser: on the way there, for the page itself, and on its behalf. */
  const open = async (context: BrowserContext, url: string): Promise<{ page: Page; left: string[] }> => {
    const page = await context.newPage();
    const left: string[] = [];
    // Requests refused there never leave the browser: "csp" by the policy, "origin" for what only its own origin may
    // show.
    const unsent = new Set<string | undefined>(["csp", "origin"]);
    page.on("request", async (request) => {
      const isOwn = request.url().endsWith("/favicon.ico");
      const response = await request.response();
      if (!isOwn && (response !== null || !unsent.has(request.failure()?.errorText)))
        left.push(`${request.method()} ${request.url()}`);
    });
    await page.goto(`${url}&dl=1&inline=1`);
    await sleep(500);
    return { page, left };
  };

  test("an uploaded page is shown, and its script can read no cookie and make no call", async () => {
    const { page, left } = await open(signedIn, await upload("page.html", hostilePage(server.url)));
    assert.ok(page.url().startsWith(`${server.downloadUrl}/p`), page.url());
    assert.equal(await page.locator("h1").textContent(), "Hello");
    assert.equal(await page.title(), "quiet");
    assert.equal(await page.evaluate("getComputedStyle(document.querySelector('p')).color"), "rgb(1, 2, 3)");
    assert.equal(await page.evaluate("self.origin"), "null");
    await assert.rejects(page.evaluate("document.cookie"), /sandboxed/);
    await page.getByRole("button").click();
    await sleep(300);
    assert.ok(page.url().startsWith(`${server.downloadUrl}/p`), page.url());
    assert.deepEqual(
      left.map((each) => each.replace(/\/[?p][A-Za-z0-9]+/, "/…")),
      [`GET ${server.url}/…&dl=1&inline=1`, `GET ${server.downloadUrl}/…`],
      "only the page itself",
    );
    assert.equal(
      (await signedIn.request.get(`${server.url}/console/index.pl`)).status(),
      200,
      "the form has signed nobody out",
    );
  });

  test("no uploaded page, image or PDF can send, open or save anything, by itself or on a click", async () => {
    await using elsewhere = await listen();
    for (const [name, content, type] of [
      ["busy.html", busyPage(server.url, elsewhere.url), "text/html"],
      ["busy.svg", busyPicture(server.url, elsewhere.url), "image/svg+xml"],
      ["busy.pdf", busyPdf(server.url, elsewhere.url), "application/pdf"],
    ] as const) {
      const link = await upload(name, content);
      const pages = signedIn.pages().length;
      const { page, left } = await open(signedIn, link);
      const downloads: string[] = [];
      page.on("download", (download) => downloads.push(download.url()));
      const shown = page.url();
      assert.ok(shown.startsWith(`${server.downloadUrl}/p`), shown);
      for (const clickable of type === "application/pdf" ? [] : await page.locator("a, button").all()) {
        await clickable.click({ force: true });
      }
      await sleep(300);
      assert.equal(page.url().replace("#here", ""), shown, name);
      assert.notEqual(await page.title(), "ran", name);
      assert.equal(signedIn.pages().length, pages + 1, `${name} opened a window`);
      assert.deepEqual(downloads, [], name);
      const fetched = left.slice(2).filter((each) => each.includes(" http") && each !== `GET ${shown}`);
      assert.deepEqual(fetched, [], `${name} had something fetched`);
      assert.equal(elsewhere.connections(), 0, `${name} reached another server`);
      const names = (await signedIn.cookies(server.downloadUrl)).map((cookie) => cookie.name);
      assert.deepEqual(names, [], name);
    }
    assert.equal((await signedIn.request.get(`${server.url}/console/index.pl`)).status(), 200, "nobody was signed out");
  });

  test("the same page outside the sandbox would have run", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.setContent(hostilePage(server.url).replace(/<meta[^>]*>/, ""));
    assert.notEqual(await page.title(), "quiet");
  });

  test("the site's own origin saves the file instead", async () => {
    const { page } = await open(signedIn, await upload("page.html", hostilePage(server.url)));
    const saved = page.waitForEvent("download");
    await page.goto(page.url().replace(server.downloadUrl, server.url)).catch(() => undefined);
    assert.equal((await saved).suggestedFilename(), "page.html");
  });

  test("a guest gets there from the link on the file's page", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(await upload("drawing.svg", hostilePicture));
    await page.getByRole("link", { name: "Preview" }).click();
    await page.waitForURL(`${server.downloadUrl}/p*`);
    await sleep(300);
    assert.equal(await page.locator("svg text").textContent(), "Hi");
    assert.equal(await page.locator("svg").getAttribute("data-ran"), null);
  });

  test("the file's form leads there, too", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(await upload("page.html", hostilePage(server.url)));
    await page.getByRole("checkbox", { name: "Open in the browser" }).check();
    await page.getByRole("button", { name: "Download" }).click();
    await page.waitForURL(`${server.downloadUrl}/p*`);
    assert.equal(await page.title(), "quiet");
  });

  test("images and PDFs are shown in the sandbox", async () => {
    const { page: picture } = await open(signedIn, await upload("dot.png", dot));
    assert.equal(await picture.evaluate("document.images[0].naturalWidth"), 1);
    const { page: document } = await open(signedIn, await upload("paper.pdf", pdf));
    const viewer = await untilFound(() =>
      document.frames().find((frame) => frame.url().startsWith("chrome-extension://")),
    );
    await viewer.locator("#pagelength").filter({ hasText: "1" }).waitFor();
  });

  test("the console shows a PDF in the browser's viewer, where nothing runs or connects", async () => {
    await using elsewhere = await listen();
    await using built = await builtConsole();
    await using site = await startWithDownloadOrigin({}, undefined, built.folder);
    await new ApiClient(site, site.apiKey).upload({ "busy.pdf": busyPdf(site.url, elsewhere.url), "paper.pdf": pdf });
    await using context = await visitor(
      browser,
      { language: "en", colorScheme: "light", width: 1440, runsScripts: true },
      site.url,
    );
    const { page, complaints } = await openConsole(context, site);
    await page.getByRole("row").filter({ hasText: "busy.pdf" }).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Preview" }).click();
    const viewerIn = (name: string) => page.getByRole("dialog", { name }).locator(`iframe[title="${name}"]`);
    for (const name of ["busy.pdf", "paper.pdf"]) {
      const address = (await viewerIn(name).getAttribute("src")) ?? "";
      assert.ok(address.startsWith(`${site.downloadUrl}/p`), address);
      const viewer = await untilFound(() =>
        page.frames().find((frame) => {
          const above = frame.parentFrame();
          return frame.url().startsWith("chrome-extension://") && above?.url() === address;
        }),
      );
      await viewer.locator("#pagelength").filter({ hasText: "1" }).waitFor();
      await page.getByRole("dialog").getByRole("link", { name: "Open the PDF in a new tab" }).waitFor();
      if (name === "busy.pdf") await page.getByRole("button", { name: "Next file" }).click();
    }
    await assertConsoleAccessible(page, "a PDF in the viewer");
    assert.equal(elsewhere.connections(), 0, "it reached another server");
    assert.equal(context.pages().length, 1, "it opened a window");
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("row").filter({ hasText: "busy.pdf" }).waitFor();
    assert.equal((await context.request.get(`${site.url}/console/files.pl`)).url(), `${site.url}/console/files.pl`);
    assert.deepEqual(complaints, []);
  });
});

/** Another server, which only counts requests. */
async function listen() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => undefined);
    socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function untilFound<T>(look: () => T | undefined): Promise<T> {
  for (let left = 500; left > 0; left -= 1) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error("It never came.");
}
