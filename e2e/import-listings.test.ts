import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ImportShowResponse } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { freePort } from "./_free-port.ts";
import { nginxProgram } from "./_nginx.ts";
import { lacking, python } from "./_programs.ts";

type Shown = ImportShowResponse["import"];

const files: Readonly<Record<string, string>> = {
  "open/a.bin": "alpha",
  "open/it's & é #1 100%.txt": "beta",
  "open/2025/winter/c.txt": "gamma",
  "open/2025/winter/d.txt": "delta",
  "secret.txt": "not below the start",
};

const placesBelow = ["2025", "2025/winter", "2025/winter/c.txt", "2025/winter/d.txt", "a.bin", "empty"];
placesBelow.push("it's & é #1 100%.txt");

async function makeFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-listing-"));
  // nginx's workers may run as another user.
  await chmod(folder, 0o755);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "root", path)), { recursive: true });
    await writeFile(join(folder, "root", path), text);
  }
  await mkdir(join(folder, "root/open/empty"));
  return folder;
}

/** A program that lists files, until it is disposed of. */
async function listing(folder: string, port: number, [program, ...args]: readonly [string, ...string[]]) {
  const child = spawn(program, args, { stdio: "ignore" });
  const closed = once(child, "close");
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) break;
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** nginx with listings of the same folder, in HTML and in JSON. */
async function startNginx() {
  const [folder, port] = [await makeFiles(), await freePort()];
  const place = (name: string, format: string) =>
    `location /${name}/ { alias ${folder}/root/; autoindex on; autoindex_format ${format}; }`;
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const config = `daemon off; pid ${folder}/pid; worker_processes 1; events {}
    http { access_log off; ${paths.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
      server { listen 127.0.0.1:${port}; ${place("html", "html")} ${place("json", "json")} location /page { return 200 hello; } } }`;
  await writeFile(join(folder, "nginx.conf"), config);
  return listing(folder, port, [nginxProgram, "-p", folder, "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`]);
}

async function startPython() {
  const [folder, port] = [await makeFiles(), await freePort()];
  const args = ["-m", "http.server", "--bind", "127.0.0.1", "--directory", `${folder}/root`, String(port)];
  return listing(folder, port, [python, ...args]);
}

suite("imports from listings and public pages", () => {
  let target: TestServer;
  let client: ApiClient;
  before(async () => {
    target = await startTestServer({ storage: "memory", settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.1" } });
    client = new ApiClient(target, target.apiKey);
  });
  after(() => target[Symbol.asyncDispose]());

  const moved = async (order: object): Promise<Shown> => {
    const { id } = (await client.ok("/x/v1/import/add", order))["import"] as Shown;
    for (;;) {
      const shown = (await client.ok("/x/v1/import/show", { id }))["import"] as Shown;
      if (shown.ended_at !== undefined) return shown;
      await sleep(50);
    }
  };
  const entriesOf = async (id: number) =>
    (await client.ok("/x/v1/import/entries", { id }))["entries"] as { path: string }[];

  test(
    "an nginx listing is imported with its folders, in HTML and in JSON",
    { skip: lacking([nginxProgram, "-v"]) },
    async () => {
      await using listings = await startNginx();
      for (const format of ["html", "json"]) {
        const { id: folder } = await target.seed.folder(`/${format}`);
        const order = { index: `${listings.url}/${format}/open`, folder_id: folder };
        const done = await moved(order);
        assert.deepEqual([done.state, done.files.done.count, done.files.failed.count], ["done", 4, 0], format);
        const paths = (await entriesOf(done.id)).map(({ path }) => path).toSorted();
        assert.deepEqual(paths, placesBelow, format);
        // Without checksums, only the received bytes show that nothing is new.
        const again = await moved(order);
        assert.deepEqual([again.files.done.count, again.files.skipped.count], [0, 4], format);
      }
      const none = await moved({ index: `${listings.url}/page/` });
      assert.equal(none.state, "failed");
      assert.match(none.message ?? "", /not a directory listing/);
    },
  );

  test("a Python listing is imported with its folders", { skip: lacking([python, "--version"]) }, async () => {
    await using listings = await startPython();
    const { id: folder } = await target.seed.folder("/python");
    // Without the trailing slash, Python redirects there.
    for (const start of ["open", "open/"]) {
      const done = await moved({ index: `${listings.url}/${start}`, folder_id: folder });
      const isFirst = start === "open";
      const { state, files: came } = done;
      assert.deepEqual([state, came.done.count, came.skipped.count], ["done", isFirst ? 4 : 0, isFirst ? 0 : 4]);
      assert.deepEqual((await entriesOf(done.id)).map(({ path }) => path).toSorted(), placesBelow);
    }
  });

  test("a public folder page is imported with an account key for that site, and with the folder's password", async () => {
    await using source = await startTestServer({ storage: "memory" });
    const owner = await source.seed.file("/album/a.bin", "alpha");
    await source.seed.file("/album/b.bin", "beta");
    const share = { folder_id: owner.folderId, share: 1, pass: "long password" };
    const { url } = await new ApiClient(source, source.apiKey).ok("folder/share", share);
    const { id: folder } = await target.seed.folder("/album");
    const order = { page: url, pass: "long password", source_key: source.apiKey, folder_id: folder };
    const done = await moved(order);
    assert.deepEqual([done.state, done.kind, done.files.done.count], ["done", "page", 2]);
    const again = await moved(order);
    assert.deepEqual([again.files.done.count, again.files.skipped.count], [0, 2]);
    const wrong = await moved({ ...order, pass: "wrong password" });
    assert.deepEqual([wrong.state, /password/.test(wrong.message ?? "")], ["failed", true]);
    // Whoever has the page can download its files: no account is needed there.
    const { id: open } = await target.seed.folder("/as anybody");
    const asAnybody = await moved({ page: url, pass: "long password", folder_id: open });
    assert.deepEqual([asAnybody.state, asAnybody.files.done.count], ["done", 2], asAnybody.message);
    assert.equal((await moved({ page: url, pass: "long password", folder_id: open })).files.skipped.count, 2);
    for (const bad of [
      { page: "https://1fichier.com/dir/abcdefgh" },
      { page: "https://example.org/x", source_key: "k" },
      { page: url, path: "/" },
      {},
    ]) {
      assert.equal((await client.call("/x/v1/import/add", bad)).status, 400, JSON.stringify(bad));
    }
  });

  test("no listing or page on a forbidden network is read", async () => {
    for (const order of [
      { index: "http://127.0.0.2:8080/" },
      { page: "http://127.0.0.2:8080/dir/abcdefgh", source_key: "k" },
    ]) {
      const failed = await moved(order);
      assert.deepEqual([failed.state, failed.files.done.count], ["failed", 0]);
      assert.match(failed.message ?? "", /private or local network/);
    }
  });
});
