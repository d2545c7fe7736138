import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { makeFolder, type RawAnswer, send, uploadOne } from "./_wire.ts";

const PASSWORD = "open sesame";
const HOUR_MS = 3_600_000;
const ASKED = /name="pass"/;
const form = { "content-type": "application/x-www-form-urlencoded" };

suite("the password of a shared folder, once given in a browser", () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let server: TestServer;
  let owner: ApiClient;
  let folders = 0;

  before(async () => {
    server = await startTestServer({ storage: "memory", clock });
    owner = new ApiClient(server, server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());

  const tree = async () => {
    const top = await makeFolder(owner, `top ${(folders += 1)}`);
    const inner = await makeFolder(owner, "inner", top);
    await uploadOne(owner, "in top", "in top", { did: String(top) });
    await uploadOne(owner, "in inner", "in inner", { did: String(inner) });
    return { top, inner };
  };
  const linkTo = async (folder: number, rules: object = {}) => {
    const { link } = await owner.ok("/x/v1/link/add", { folder_id: folder, pass: PASSWORD, ...rules });
    return link as { id: string; url: string };
  };
  const opened = async (url: string, browser = new Browser(server)): Promise<Browser> => {
    assert.match((await browser.open(url)).text, ASKED);
    assert.match((await browser.post(url, { pass: PASSWORD })).text, /in top/);
    return browser;
  };
  const setIn = ({ rawHeaders }: RawAnswer) => [rawHeaders["set-cookie"] ?? []].flat();
  const asProgram = (url: string, body: string, headers: Record<string, string> = {}) =>
    send(url, { method: "POST", headers: { ...form, accept: "text/html,*/*;q=0.8", ...headers }, body });

  test("leads to the page by a redirect, with a cookie for that page alone, and is in no page", async () => {
    const { top, inner } = await tree();
    const { url } = await linkTo(top);
    const path = new URL(url).pathname;
    const asked = await send(url, { headers: { accept: "text/html" } });
    assert.deepEqual(setIn(asked), [`opened=none; Path=${path}; HttpOnly; SameSite=Lax`]);
    const given = await asProgram(url, "pass=open+sesame", { origin: server.url, cookie: "opened=none" });
    assert.deepEqual([given.status, given.headers.get("location"), given.text], [303, url, ""]);
    const [cookie = "", ...more] = setIn(given);
    assert.match(cookie, new RegExp(`^opened=[\\w.-]+; Max-Age=3600; Path=${path}; HttpOnly; SameSite=Lax$`));
    assert.deepEqual(more, []);
    const browser = await opened(url);
    const page = await browser.open(url);
    assert.ok(page.text.includes(`<a href="${url}?folder=${inner}">\ninner</a>`));
    assert.ok(page.text.includes(`href="${url}?zip=1"`));
    assert.doesNotMatch(page.text, /sesame|name="same"|curl/);
    const below = await browser.open(`${url}?folder=${inner}`);
    assert.ok(below.text.includes("in inner") && below.text.includes(`<a href="${url}">`));
    assert.match((await browser.open(`${url}?zip=1`)).text, /inner\/in inner/);
    assert.equal(page.headers.get("cache-control"), "no-store");
  });

  test("opens the folder below in whose form it was given", async () => {
    const { top, inner } = await tree();
    const { url } = await linkTo(top);
    for (const isSafe of [true, false]) {
      const browser = new Browser(server, { isSafe });
      const at = `${url}?folder=${inner}`;
      assert.match((await browser.open(at)).text, ASKED);
      assert.match((await browser.post(at, { pass: PASSWORD })).text, /in inner/);
      assert.match((await browser.open(url)).text, /in top/);
    }
  });

  test("keeps the language that the address chose, without a cookie for it", async () => {
    const { top, inner } = await tree();
    const { url } = await linkTo(top);
    const browser = new Browser(server);
    const path = new URL(url).pathname;
    assert.match((await browser.open(`/fr${path}`)).text, /lang="fr"/);
    const { text } = await browser.post(url, { pass: PASSWORD, lg: "fr" });
    const below = `/fr${path}?folder=${inner}`;
    assert.ok(text.includes('lang="fr"') && text.includes(`href="${server.url}${below}"`), text);
    assert.match((await browser.open(below)).text, /lang="fr"[^]*in inner/);
    const paths = browser.setCookies.flatMap((line) => /^opened=\d.*; Path=([^;]+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(paths.toSorted(), [path, `/fr${path}`]);
  });

  test("is no matter of cookies for programs, and for browsers that take none: the answer is the page itself", async () => {
    const { top, inner } = await tree();
    const { url } = await linkTo(top);
    const first = await asProgram(url, "pass=open+sesame");
    assert.deepEqual([first.status, setIn(first)], [200, []]);
    assert.match(first.text, /name="same" value="open sesame"/);
    for (const accept of ["text/html", "*/*"]) {
      const answer = await asProgram(url, "pass=open+sesame", { cookie: "opened=none", accept });
      assert.deepEqual([answer.status, setIn(answer)], [200, []]);
      // The archive has a new address each time; ids of folders may begin with a z, too.
      const still = (text: string) => text.replaceAll(/\/z\w+/g, "/z");
      assert.equal(still(answer.text), still(first.text));
    }
    const browser = new Browser(server);
    browser.takesCookies = false;
    await browser.open(url);
    assert.match((await browser.post(url, { pass: PASSWORD })).text, /in top/);
    assert.match((await browser.post(`${url}?folder=${inner}`, { same: PASSWORD })).text, /in inner/);
    const { cookie = "" } = (await opened(url)).cookieHeader();
    for (const more of ["?json=1", "?e=1"])
      assert.doesNotMatch((await send(`${url}${more}`, { headers: { cookie } })).text, /in top/, more);
  });

  test("counts for an hour", async () => {
    const { url } = await linkTo((await tree()).top);
    const browser = await opened(url);
    clock.advance(HOUR_MS - 1000);
    assert.match((await browser.open(url)).text, /in top/);
    clock.advance(1000);
    assert.match((await browser.open(url)).text, ASKED);
    assert.equal((await browser.open(`${url}?zip=1`)).status, 403);
    assert.match((await browser.post(url, { pass: PASSWORD })).text, /in top/);
  });

  test("ends at once with the password, though the next one is the same, and with the link", async () => {
    const { top } = await tree();
    const { id, url } = await linkTo(top);
    const change = (rules: object) => owner.ok("/x/v1/link/change", { id, ...rules });
    const browser = await opened(url);
    await change({ pass: "another one" });
    await change({ pass: PASSWORD });
    const asked = await browser.open(url);
    assert.deepEqual([asked.status, ASKED.test(asked.text), asked.text.includes("Bad password")], [200, true, false]);
    await opened(url, browser);
    await change({ enabled: 0 });
    assert.equal((await browser.open(url)).status, 403);
    await change({ enabled: 1 });
    assert.match((await browser.open(url)).text, /in top/);
    await owner.ok("/x/v1/link/remove", { id });
    assert.equal((await browser.open(url)).status, 404);
  });

  test("opens no other folder with the same password", async () => {
    const [one, other] = [await linkTo((await tree()).top), await linkTo((await tree()).top)];
    const { cookie = "" } = (await opened(one.url)).cookieHeader();
    assert.match((await send(other.url, { headers: { cookie } })).text, ASKED);
    const { url } = await owner.ok("folder/share", { folder_id: (await tree()).top, share: 1, pass: PASSWORD });
    const browser = await opened(String(url));
    assert.match((await browser.open(String(url))).text, /in top/);
  });

  test("is guessed by no cookie: wrong ones count for nothing, wrong passwords as before", async () => {
    const { url } = await linkTo((await tree()).top);
    await using limited = await startTestServer({
      storage: "memory",
      settings: { CONSIGNE_LIMITS: "friendly", CONSIGNE_LIMIT_GUESSES: "2" },
    });
    const client = new ApiClient(limited, limited.apiKey);
    const folder = await makeFolder(client, "guarded");
    const shared = String((await client.ok("folder/share", { folder_id: folder, share: 1, pass: PASSWORD }))["url"]);
    const { cookie = "" } = (await opened(url)).cookieHeader();
    for (let tries = 0; tries < 5; tries += 1) {
      const { status, text } = await send(shared, { headers: { cookie } });
      assert.deepEqual([status, ASKED.test(text)], [200, true]);
    }
    const inBrowser = { origin: limited.url, cookie: "opened=none" };
    for (let tries = 0; tries < 3; tries += 1) await asProgram(shared, "pass=wrong+one", inBrowser);
    assert.match((await asProgram(shared, "pass=open+sesame", inBrowser)).text, /Your requests are too fast/);
  });
});
