import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type FaultyServer, startFaultyServer } from "@consigne/testkit";
import { cleanVariables, finish, lacking, python, sha256Of } from "./_programs.ts";

const consigne = fileURLToPath(new URL("../apps/cli/bin/consigne.js", import.meta.url));
const program = fileURLToPath(new URL("python_program.py", import.meta.url));
const PASSWORD = "open sesame";

type State = [name: string, state: string, fault: string];

suite("pyLoad", { skip: lacking([python, program, "pyload", "--version"]) }, () => {
  let server: FaultyServer;
  let folder: string;

  before(async () => {
    server = await startFaultyServer({ storage: "memory" });
    folder = await mkdtemp(join(tmpdir(), "consigne-pyload-"));
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** By the names of 1fichier.com, which it has no setting for. */
  async function download(
    links: Record<string, [url: string, password?: string]>,
    account: readonly [email: string, password: string] | [] = [],
    stopBytes?: number,
  ): Promise<Record<string, State>> {
    const asked = Object.entries(links).map(([name, [url, password = ""]]) => {
      return [name, `https://1fichier.com/${new URL(url).search}`, password];
    });
    const wished = [
      JSON.stringify(asked),
      JSON.stringify(account),
      ...(stopBytes === undefined ? [] : [`${stopBytes}`]),
    ];
    const command = [python, "-B", program, "pyload", folder, ...wished];
    const { code, stdout, stderr } = await finish(process.execPath, [consigne, "run", "--", ...command], {
      variables: {
        ...cleanVariables(folder),
        // It lies in the cache of whoever runs the tests.
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

  test("downloads as a guest, with a password too, and knows what is gone and what is locked", async () => {
    const [open, guarded] = [randomBytes(2_000_001), randomBytes(300_007)];
    const { url: openUrl } = await server.seed.file("/été & <sun>.bin", open);
    const { url: guardedUrl } = await server.seed.file("/guarded.bin", guarded, { password: PASSWORD });
    const states = await download({
      open: [openUrl],
      guarded: [guardedUrl, PASSWORD],
      locked: [guardedUrl],
      wrong: [guardedUrl, "another one"],
      gone: [`${server.url}/?abcdefghij0123456789`],
    });

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

  test("signs in with a paid plan, downloads in parts, and goes on with them after being killed in the middle", async () => {
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
});
