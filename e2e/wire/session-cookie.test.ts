import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { suite, test } from "node:test";
import { startTestServer, type TestServerOptions } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { send } from "./_wire.ts";

const FAR = "https://files.example.org";
const https = { CONSIGNE_PUBLIC_URL: FAR };
const unnamed = { CONSIGNE_TRUSTED_PROXIES: "none" };
const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": "files.example.org" };

/** A server whose public URL differs from the address it listens on. */
async function startBehind(options: TestServerOptions) {
  const placeholder = createServer().listen(0, "127.0.0.1");
  await once(placeholder, "listening");
  const { port } = placeholder.address() as AddressInfo;
  placeholder.close();
  await once(placeholder, "close");
  const settings = { ...options.settings, CONSIGNE_PORT: String(port) };
  const server = await startTestServer({ ...options, settings });
  return { server, at: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

suite("the session cookie", () => {
  interface Way {
    settings?: Record<string, string>;
    headers?: Record<string, string>;
    url?: string;
    isSecure: boolean;
  }
  const ways: Record<string, Way> = {
    "over plain http": { isSecure: false },
    "where the public URL is plain http": {
      settings: { CONSIGNE_PUBLIC_URL: "http://192.0.2.9:8080" },
      url: "http://192.0.2.9:8080",
      isSecure: false,
    },
    "behind a trusted proxy that ends TLS": { headers: forwarded, url: FAR, isSecure: true },
    "behind an unknown proxy that says it ends TLS": {
      settings: unnamed,
      headers: { ...forwarded, host: "files.example.org" },
      url: FAR,
      isSecure: false,
    },
    "where the public URL is https and the proxy says nothing": { settings: https, url: FAR, isSecure: true },
    "where the public URL is https and the proxy is unknown": {
      settings: { ...https, ...unnamed },
      url: FAR,
      headers: forwarded,
      isSecure: true,
    },
  };
  for (const [name, { settings = {}, headers = {}, url, isSecure }] of Object.entries(ways)) {
    test(`${name} is ${isSecure ? "" : "not "}restricted to TLS`, async () => {
      await using started = await startBehind({ settings });
      const { server, at } = started;
      const browser = new Browser({ url: url ?? at }, { at, headers });
      const { text } = await browser.signIn(server.email, server.password);
      assert.match(text, /\/logout\.pl/);
      const cookie = browser.setCookies.find((line) => line.startsWith("SID=")) ?? "";
      assert.match(cookie, /^SID=[A-Za-z0-9]{40}; Path=\/; HttpOnly; (?:Secure; )?SameSite=Lax$/);
      assert.equal(cookie.includes("; Secure"), isSecure);
    });
  }

  test("is ignored beside another one, which a neighbouring domain may have set", async () => {
    await using started = await startBehind({});
    const { server, at } = started;
    const [own, other] = [new Browser({ url: at }), new Browser({ url: at })];
    for (const browser of [own, other]) await browser.signIn(server.email, server.password);
    const [mine, theirs] = [own, other].map(({ cookies }) => `SID=${cookies.get("SID")}`);
    const look = (cookie: string, path = "/console/index.pl") => send(`${at}${path}`, { headers: { cookie } });
    assert.equal((await look(`LG=en; ${mine}`)).status, 200);
    assert.equal((await look(`${mine}; ${mine}`)).status, 200);
    for (const cookie of [`${theirs}; ${mine}`, `${mine}; LG=en; ${theirs}`]) {
      assert.equal((await look(cookie)).status, 303);
      assert.match((await look(cookie, "/login.pl")).text, /Another site of this domain has set a cookie/);
    }
    assert.equal((await look(`${mine ?? ""}; XSID=1`)).status, 200);
  });

  test("is announced before and after the password if the browser would drop it, with a working address", async () => {
    await using started = await startBehind({ settings: https });
    const { server, at } = started;
    const near = new Browser({ url: "http://192.0.2.9:8080" }, { at, isSafe: false });
    near.takesCookies = false;
    for (const { text } of [await near.open("/login.pl"), await near.signIn(server.email, server.password)]) {
      assert.match(text, /over https only, since the public URL of this server is https:\/\/files\.example\.org/);
      assert.match(text, /href="https:\/\/files\.example\.org\/login\.pl"/);
    }
    const far = new Browser({ url: FAR }, { at });
    assert.doesNotMatch((await far.open("/login.pl")).text, /over https only/);
  });

  test("keeps people signed in at a plain address over HTTP", async () => {
    await using started = await startBehind({});
    const { server, at } = started;
    const browser = new Browser({ url: "http://192.0.2.9:8080" }, { at, isSafe: false });
    assert.match((await browser.signIn(server.email, server.password)).text, /\/logout\.pl/);
  });
});
