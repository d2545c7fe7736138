import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { BuiltConsole } from "./_built-console.ts";
import { addPerson, assertRefusal, send } from "./_wire.ts";

suite("the console", () => {
  const built = new BuiltConsole();
  let server: TestServer;
  let browser: Browser;

  before(async () => {
    server = await startTestServer({ consoleFolder: built.folder });
    browser = new Browser(server);
    await browser.signIn(server.email, server.password);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    built[Symbol.dispose]();
  });

  const open = (headers: Record<string, string> = browser.cookieHeader(), path = "/console/") =>
    send(`${server.url}${path}`, { headers });
  const nonceIn = (text: string): string => /nonce="([\w-]+)"/.exec(text)?.[1] ?? assert.fail(text);

  test("is served with a new nonce each time, uncached and never in a frame", async () => {
    const [first, second] = [await open(), await open()];
    assert.equal(first.status, 200);
    assert.notEqual(nonceIn(first.text), nonceIn(second.text));
    assert.ok(nonceIn(first.text).length >= 20);
    const policy = (first.headers.get("content-security-policy") ?? "").split("; ");
    const nonce = `'nonce-${nonceIn(first.text)}'`;
    for (const rule of ["default-src 'none'", `script-src ${nonce}`, `style-src ${nonce}`, "frame-ancestors 'none'"])
      assert.ok(policy.includes(rule), `${rule} in ${policy.join("; ")}`);
    assert.equal(first.headers.get("cache-control"), "no-store");
    assert.equal(first.headers.get("referrer-policy"), "same-origin");
    assert.equal((await open(undefined, "/console")).status, 200, "also without the trailing slash");
  });

  test("contains the number of the last change, from which its event stream continues", async () => {
    const numberIn = (text: string) =>
      Number(/<meta name="changes" content="(\d+)"/.exec(text)?.[1] ?? assert.fail(text));
    const before = numberIn((await open()).text);
    await server.seed.folder("/Made between two answers");
    const after = numberIn((await open()).text);
    assert.ok(after > before, `${after} after ${before}`);
    const answer = await send(`${server.url}/console/`, { headers: browser.cookieHeader() });
    assert.equal(numberIn(answer.text), after, "showing a page changes nothing");
  });

  test("is in the chosen language", async () => {
    assert.match((await open()).text, /<html lang="en">/);
    assert.match((await open({ cookie: `${browser.cookieHeader().cookie}; LG=fr` })).text, /<html lang="fr">/);
    const chosen = await open(undefined, "/console/?lg=fr");
    assert.match(chosen.text, /<html lang="fr">/);
    assert.match(chosen.headers.get("set-cookie") ?? "", /^LG=fr;/);
  });

  test("requires a session, and sends other visitors to sign in and back", async () => {
    const answer = await open({});
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("location"), "/login.pl?next=%2Fconsole%2F");
  });

  test("is closed to plans without API access and on 1fichier.com's face", async () => {
    const free = await addPerson(server, "free@example.org", { plan: "free" });
    const other = new Browser(server);
    await other.signIn(free.email, free.password);
    for (const headers of [other.cookieHeader(), { ...browser.cookieHeader(), host: "1fichier.com" }]) {
      const answer = await open(headers);
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.get("location"), "/console/files.pl");
    }
  });

  test("is linked from the plain files page for those who may use it", async () => {
    const linkAt = async (path: string, headers?: Record<string, string>) =>
      /<a href="([^"]+)">(?:Open the|Ouvrir la) console/.exec((await open(headers, path)).text)?.[1];
    assert.equal(await linkAt("/console/files.pl"), "/console/");
    assert.equal(await linkAt("/fr/console/files.pl"), "/console/?lg=fr");
    const free = await addPerson(server, "plain@example.org", { plan: "free" });
    const other = new Browser(server);
    await other.signIn(free.email, free.password);
    assert.equal(await linkAt("/console/files.pl", other.cookieHeader()), undefined);
    assert.equal(await linkAt("/console/files.pl", { ...browser.cookieHeader(), host: "1fichier.com" }), undefined);
    await using without = await startTestServer({ consoleFolder: "/nowhere" });
    const visitor = new Browser(without);
    await visitor.signIn(without.email, without.password);
    assert.doesNotMatch((await visitor.open("/console/files.pl")).text, /Open the console/);
  });

  test("is where people arrive after signing in, in their language", async () => {
    const signedIn = (path: string) => open(undefined, path);
    assert.equal((await signedIn("/login.pl?signed=1")).headers.get("location"), "/console/");
    assert.equal((await signedIn("/fr/login.pl?signed=1")).headers.get("location"), "/console/?lg=fr");
    const next = await signedIn("/login.pl?signed=1&next=%2Fconsole%2Fparams.pl");
    assert.equal(next.headers.get("location"), "/console/params.pl");
  });

  test("has its files compressed if the browser accepts that, and cached forever", async () => {
    const path = `/console/assets/${built.script}`;
    for (const [accepted, encoding] of [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip", "gzip"],
      ["identity", undefined],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, { headers: { "accept-encoding": accepted } });
      assert.equal(answer.headers.get("content-encoding") ?? undefined, encoding);
      assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
      assert.equal(answer.headers.get("vary"), "accept-encoding");
      assert.equal(answer.headers.get("content-type"), "text/javascript; charset=utf-8");
      assert.equal(await answer.text(), built.scriptText);
    }
    const assets = join(built.folder, "assets");
    assert.equal(brotliDecompressSync(readFileSync(join(assets, `${built.script}.br`))).toString(), built.scriptText);
    assert.equal(gunzipSync(readFileSync(join(assets, `${built.script}.gz`))).toString(), built.scriptText);
  });

  test("serves no files but those of the build", async () => {
    for (const name of [
      "absent.js",
      "..%2Fsecret.js",
      "%2e%2e%2findex.html",
      "..%5csecret.js",
      "index-Ab3dEf9h.js.gz",
    ]) {
      const answer = await open({}, `/console/assets/${name}`);
      assert.equal(answer.status, 404, name);
    }
    assertRefusal(await open({}, "/console/assets/absent.js"), 404, 469);
  });

  test("serves a newer build without a restart", async () => {
    const index = join(built.folder, "index.html");
    const before = readFileSync(index, "utf8");
    try {
      writeFileSync(index, before.replace("</head>", "<title>newer</title></head>"));
      assert.match((await open()).text, /newer/);
    } finally {
      writeFileSync(index, before);
    }
  });
});

test("without a built console, people get the plain pages", async () => {
  await using server = await startTestServer();
  const browser = new Browser(server);
  await browser.signIn(server.email, server.password);
  const headers = browser.cookieHeader();
  const answer = await send(`${server.url}/console/`, { headers });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("location"), "/console/files.pl");
  const home = await send(`${server.url}/login.pl?signed=1`, { headers });
  assert.equal(home.headers.get("location"), "/console/index.pl");
  assert.equal((await send(`${server.url}/console/assets/index-Ab3dEf9h.js`)).status, 404);
});
