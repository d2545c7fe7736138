import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  ApiClient,
  fault,
  type FaultRule,
  type FaultyServer,
  startFaultyServer,
  startTestServer,
  type TestServer,
} from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { cleanVariables, lacking } from "../_programs.ts";
import { InstalledSdk, requireRoundTrip } from "./_installed-sdk.ts";
import type { RoundTrip } from "./_round-trip.ts";

const PATIENCE_MS = 60_000;
/** Nothing but the page: no updates, no reports, no questions. */
const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-extensions",
];

/** Makes the round trip with the server at the address and reports the result to its own origin. */
const page = ({ url, apiKey }: TestServer) => `<!doctype html>
<title>round trip</title>
<script type="importmap">{"imports": {"@consigne/sdk": "/page/web/index.js"}}</script>
<script type="module">
  const told = (outcome) => fetch("/page/outcome?" + encodeURIComponent(JSON.stringify(outcome)));
  try {
    const [sdk, { roundTrip }] = await Promise.all([import("@consigne/sdk"), import("/page/round-trip.mjs")]);
    await told(await roundTrip(sdk, ${JSON.stringify(`${url}/v1`)}, ${JSON.stringify(apiKey)}));
  } catch (error) {
    await told({ failure: String(error) });
  }
</script>
`;

describe("the SDK in a browser", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let base: string;
  let sdk: InstalledSdk;
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "consigne-browser-"));
    sdk = await InstalledSdk.install(base);
  });
  after(() => rm(base, { recursive: true, force: true, maxRetries: 5 }));

  it("uploads, lists, downloads and cancels in Chromium", async () => {
    await using server = await startFaultyServer();
    await servePage(server, sdk, server);
    await requireRoundTrip((await outcomeIn(server, base)) as RoundTrip, server);
    const fetched = server.requests.list(({ target }) => target.startsWith("/page/web/")).map(({ target }) => target);
    // The others once: code for hashing and for writing downloads is loaded on demand.
    assert.equal(fetched[0], "/page/web/index.js");
    const scripts = (await readdir(join(sdk.packageFolder, "web"))).map((name) => `/page/web/${name}`);
    assert.deepEqual(
      fetched.filter((target, at) => !scripts.includes(target) || fetched.indexOf(target) !== at),
      [],
    );
  });

  it("does the same where the page's policy forbids WebAssembly", async () => {
    await using server = await startFaultyServer();
    await servePage(server, sdk, server, { "content-security-policy": "script-src 'self' 'unsafe-inline'" });
    await requireRoundTrip((await outcomeIn(server, base)) as RoundTrip, server);
  });

  it("does the same from another origin that the server allows", async () => {
    await using site = await startFaultyServer();
    await using server = await startTestServer({ settings: { CONSIGNE_CORS_ORIGINS: site.url } });
    await servePage(site, sdk, server);
    await requireRoundTrip((await outcomeIn(site, base)) as RoundTrip, server);
  });

  it("is refused from another origin by default", async () => {
    await using site = await startFaultyServer();
    await using server = await startTestServer({ settings: { CONSIGNE_CORS_ORIGINS: "https://app.example.org" } });
    await servePage(site, sdk, server);
    const { failure } = (await outcomeIn(site, base)) as { failure: string };
    assert.match(failure, /^NetworkError: The connection to .+ failed: /);
    const { items } = (await new ApiClient(server, server.apiKey).ok("file/ls")) as { items: unknown[] };
    assert.deepEqual(items, []);
  });
});

/** Opens the page and returns what it reported. */
async function outcomeIn(site: FaultyServer, home: string): Promise<unknown> {
  const outcome = answer(site, "/page/outcome", "told", "text/plain");
  await visit(`${site.url}/page/`, home, outcome.hit);
  const [asked] = site.requests.list(({ target }) => target.startsWith("/page/outcome?"));
  return JSON.parse(decodeURIComponent(asked?.target.replace(/^[^?]*\?/, "") ?? ""));
}

/** Serves the page and the browser's bundle in front of the site, at the same origin; the page calls the target. */
async function servePage(
  site: FaultyServer,
  sdk: InstalledSdk,
  target: TestServer,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  answer(site, "/page/", page(target), "text/html; charset=utf-8", headers);
  const web = join(sdk.packageFolder, "web");
  const scripts = (await readdir(web)).map((name) => [`/page/web/${name}`, join(web, name)] as const);
  for (const [path, file] of [...scripts, ["/page/round-trip.mjs", join(sdk.folder, "round-trip.mjs")] as const]) {
    answer(site, path, await readFile(file, "utf8"), "text/javascript; charset=utf-8");
  }
}

function answer(
  server: FaultyServer,
  path: string,
  body: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): FaultRule {
  const canned = fault.answer({ headers: { "content-type": type, ...headers }, body });
  return server.faults.add(({ target }) => target.split("?")[0] === path, canned, { times: Infinity });
}

/** Keeps the address open until `done`. */
async function visit(url: string, home: string, done: Promise<void>): Promise<void> {
  const browser = spawn(chromiumForPages, [...quiet, `--user-data-dir=${join(home, "profile")}`, url], {
    // It leaves a folder behind where temporary files go.
    env: { ...cleanVariables(home), TMPDIR: home },
    stdio: ["ignore", "ignore", "pipe"],
    // A separate process group, so that its many processes end together.
    detached: true,
  });
  let notes = "";
  browser.stderr.setEncoding("utf8").on("data", (text: string) => (notes += text));
  const closed = once(browser, "close");
  const patience = new AbortController();
  try {
    await Promise.race([
      done,
      closed.then(() => Promise.reject(new Error(`Chromium ended by itself: ${notes}`))),
      delay(PATIENCE_MS, undefined, { signal: patience.signal }).then(() =>
        Promise.reject(new Error(`The page did not say how it went: ${notes}`)),
      ),
    ]);
  } finally {
    patience.abort();
    if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, "SIGKILL");
    await closed;
  }
}
