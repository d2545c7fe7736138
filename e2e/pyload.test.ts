import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ApiClient, fault, type FaultyServer, Gate, startFaultyServer } from "@consigne/testkit";
import { cleanVariables, finish, lacking, python, sha256Of } from "./_programs.ts";
import { put } from "./wire/_parts.ts";

const consigne = fileURLToPath(new URL("../apps/cli/bin/consigne.js", import.meta.url));
const program = fileURLToPath(new URL("python_program.py", import.meta.url));
const PASSWORD = "open sesame";

type State = [name: string, state: string, fault: string];

suite("pyLoad", { skip: lacking([python, program, "pyload", "--version"]) }, () => {
  let server: FaultyServer;
  let folder: string;

  before(async () => {
    server = await startFaultyServer({
      storage: "memory",
      settings: { CONSIGNE_FREE_WAIT_SECONDS: "4", CONSIGNE_FREE_ONE_AT_A_TIME: "on", CONSIGNE_FREE_RESUME: "off" },
    });
  });
  after(() => server[Symbol.asyncDispose]());
  // The queue of one test must not affect the next.
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-pyload-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** With the host names of 1fichier.com, for which it has no setting. */
  async function download(
    links: Record<string, [url: string, password?: string]>,
    account: readonly [email: string, password: string] | [] = [],
    stopBytes?: number,
  ): Promise<Record<string, State>> {
    const asked = Object.entries(links).map(([name, [url, password = ""]]) => {
      return [name, `https://1fichier.com/${new URL(url).search}`, password];
    });
    const parameters = [
      JSON.stringify(asked),
      JSON.stringify(account),
      ...(stopBytes === undefined ? [] : [`${stopBytes}`]),
    ];
    const command = [python, "-B", program, "pyload", folder, ...parameters];
    const { code, stdout, stderr } = await finish(process.execPath, [consigne, "run", "--", ...command], {
      variables: {
        ...cleanVariables(folder),
        // It is in the cache of whoever runs the tests.
        XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
        CONSIGNE_URL: server.url,
        CONSIGNE_API_KEY: server.apiKey,
        CONSIGNE_CONFIG_DIR: join(folder, "consigne"),
      },
      folder,
    });
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    if (stopBytes !== undefined) return {};
    const states = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, [State]>;
    return Object.fromEntries(Object.entries(states).map(([name, [state]]) => [name, state]));
  }

  /** Somebody else at the same address, so that pyLoad has to wait. */
  async function guestDownload(url: string, password: string): Promise<void> {
    const body = new URLSearchParams({ pass: password });
    const answer = await fetch(`${server.url}/${new URL(url).search}`, { method: "POST", body });
    assert.equal(answer.status, 200);
    await answer.bytes();
  }

  test("downloads one file after another as a guest, also with a password, and recognizes removed and locked files", async () => {
    const [open, guarded] = [randomBytes(2_000_001), randomBytes(300_007)];
    const { url: openUrl } = await server.seed.file("/été & <sun>.bin", open);
    const { url: guardedUrl } = await server.seed.file("/guarded.bin", guarded, { password: PASSWORD });
    const isAsked = ({ method, target }: { method: string; target: string }) =>
      method === "POST" && target === `/${new URL(openUrl).search}`;
    const gate = new Gate();
    const held = server.faults.add((request) => isAsked(request), fault.holdRequest(gate));
    const makeItWait = async () => {
      await held.hit;
      await guestDownload(guardedUrl, PASSWORD);
      gate.open();
    };
    const otherBegan = makeItWait();
    const states = await download({
      open: [openUrl],
      guarded: [guardedUrl, PASSWORD],
      locked: [guardedUrl],
      wrong: [guardedUrl, "another one"],
      gone: [`${server.url}/?abcdefghij0123456789`],
    });

    await otherBegan;
    assert.ok(server.requests.list(isAsked).length > 1, "it asks again after the wait");
    assert.deepEqual(states["open"], ["été & _sun_.bin", "finished", ""]);
    assert.deepEqual(states["guarded"], ["guarded.bin", "finished", ""]);
    for (const [name, bytes] of [
      ["open", open],
      ["guarded", guarded],
    ] as const) {
      const path = join(folder, "downloads", name, states[name]?.[0] ?? "");
      assert.equal(await sha256Of(path), createHash("sha256").update(bytes).digest("hex"), name);
    }
    assert.deepEqual(states["locked"]?.slice(1), ["failed", "Download is password protected"]);
    assert.equal(states["wrong"]?.[1], "failed");
    assert.equal(states["gone"]?.[1], "offline");
    await assert.rejects(readFile(join(folder, "downloads", "locked", "guarded.bin")));
  });

  test("signs in with a paid plan, downloads in parts, and resumes them after being killed", async () => {
    const { email, password } = await server.seed.account({ email: "paid@example.org" });
    const bytes = randomBytes(9_000_001);
    const { url } = await server.seed.file("/in parts.bin", bytes);
    server.requests.clear();
    await download({ paid: [url] }, [email, password], 2_000_000);
    const before = server.requests.list().length;
    const { paid } = await download({});
    assert.deepEqual(paid, ["in parts.bin", "finished", ""]);
    const seen = server.requests.list().map(({ method, target }) => `${method} ${target.split("?", 1)[0]}`);
    for (const step of ["POST /login.pl", "GET /console/abo.pl"]) assert.ok(seen.includes(step), seen.join("\n"));
    const ranges = server.requests.list(({ headers, status }) => headers.range !== undefined && status === 206);
    assert.ok(ranges.length > 1, seen.join("\n"));
    const resumed = server.requests
      .list()
      .slice(before)
      .flatMap(({ headers, status }) => (status === 206 ? [String(headers.range)] : []));
    const missing = resumed
      .map((range) => /^bytes=(\d+)-(\d+)?$/.exec(range) ?? assert.fail(range))
      .reduce((sum, [, start, end = bytes.length - 1]) => sum + Number(end) - Number(start) + 1, 0);
    assert.ok(resumed.length > 0 && missing < bytes.length - 1_500_000, resumed.join("\n"));
    const path = join(folder, "downloads", "paid", "in parts.bin");
    assert.equal(await sha256Of(path), createHash("sha256").update(bytes).digest("hex"));
  });

  test("gets a 503 while a file is still uploading, and downloads it once it is complete", async () => {
    const bytes = randomBytes(300_007);
    const api = new ApiClient(server, server.apiKey);
    const asked = { folder_id: 0, filename: "arriving.bin", size: bytes.length, link: 1 };
    const { id, url } = (await api.ok("/x/v1/uploads/create", asked))["upload"] as { id: string; url: string };
    const { early } = await download({ early: [url] });
    assert.deepEqual(early?.slice(1), ["failed", "Bad server response: 503 Service Unavailable"]);
    assert.equal((await put(server, server.apiKey, { id, number: 1, bytes })).status, 200);
    await api.ok("/x/v1/uploads/complete", { id });
    assert.deepEqual((await download({}))["early"], ["arriving.bin", "finished", ""]);
    const path = join(folder, "downloads", "early", "arriving.bin");
    assert.equal(await sha256Of(path), createHash("sha256").update(bytes).digest("hex"));
  });
});
