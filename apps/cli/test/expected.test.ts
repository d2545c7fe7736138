import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fault, startFaultyServer } from "@consigne/testkit";
import { outputTo } from "../src/command-line/output.ts";
import { showProgress } from "../src/progress/terminal-progress.ts";
import { Capture, jsonLines, newPerson } from "./_terminal.ts";

test("--version and -V print the version", async (t) => {
  const { ok } = await newPerson(t);
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  for (const flag of ["--version", "-V"]) assert.equal((await ok([flag])).stdout, `consigne ${version}\n`);
});

test("every command that talks to a server accepts --tps and --retries", async (t) => {
  const { ok, run } = await newPerson(t);
  for (const command of ["ls", "whoami", "du", "find", "tree"]) await ok([command, "--tps", "100", "--retries", "0"]);
  assert.equal((await run(["ls", "--tps", "none"])).code, 2);
  assert.equal((await run(["ls", "--retries", "1.5"])).code, 2);
  const nobody = { CONSIGNE_URL: "http://127.0.0.1:9" };
  const { code, stderr } = await run(["ls", "--retries", "0", "--verbose"], { variables: nobody });
  assert.equal(code, 9);
  assert.doesNotMatch(stderr, /retrying/);
});

test("put -p makes the folders above the target", async (t) => {
  const { ok, run, home } = await newPerson(t);
  const [a, b] = [join(home, "a.txt"), join(home, "b.txt")];
  await writeFile(a, "a");
  await writeFile(b, "b");
  assert.equal((await run(["put", a, ":/one/two/"])).code, 4);
  await ok(["put", "-p", a, ":/one/two/"]);
  await ok(["put", "-p", a, ":/three/four/renamed.txt"]);
  await ok(["put", "-p", a, b, ":/five/six"]);
  await ok(["put", "-p", a, b, ":/five/six"]);
  const paths = jsonLines((await ok(["find", "--type", "f", "--json"])).stdout).map(({ path }) => path);
  assert.deepEqual(paths, ["/five/six/a.txt", "/five/six/b.txt", "/one/two/a.txt", "/three/four/renamed.txt"]);
});

test("an unreachable server is reported at once on a terminal, and to a script after the last try", async (t) => {
  const { run } = await newPerson(t);
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  const asked = ["ls", ":/", "--retries", "1"];
  const variables = { CONSIGNE_URL: `http://127.0.0.1:${port}` };
  const why = `Cannot reach 127.0.0.1:${port}: connection refused.`;
  const watched = await run(asked, { variables, isTerminal: true });
  assert.equal(watched.code, 9, watched.stderr);
  assert.ok(watched.stderr.includes("retrying in 1 s (2 of 2): " + why) && watched.stderr.includes("consigne: " + why));
  const script = await run(asked, { variables });
  assert.equal(script.stderr.trim().split("\n").length, 1, script.stderr);
});

test("a terminal shows why a transfer is retried, except with --quiet", async (t) => {
  await using server = await startFaultyServer();
  const { run, home } = await newPerson(t);
  const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
  await mkdir(join(home, "tree"));
  await writeFile(join(home, "tree", "a"), "a");
  for (const [line, endpoint, cut] of [
    [["put", join(home, "tree", "a"), ":/"], "upload.cgi", fault.cutBeforeRequest()],
    [["sync", join(home, "tree"), ":/s"], "upload.cgi", fault.cutBeforeRequest()],
    [["get", ":/a", join(home, "b")], "direct", fault.cutBeforeAnswer()],
    [["sync", ":/s", join(home, "t")], "direct", fault.cutBeforeAnswer()],
  ] as const) {
    // On a kept-alive connection, the first cut is taken for one between two requests.
    server.faults.add(endpoint, cut, { times: 2 });
    const { code, stderr } = await run(line, { variables, isTerminal: true });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /retrying in 1 s \(2 of 5\): \S/, line.join(" "));
  }
  server.faults.add("direct", fault.cutBeforeAnswer(), { times: 2 });
  const quiet = await run(["get", "--quiet", ":/a", join(home, "c")], { variables, isTerminal: true });
  assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
});

test("a terminal shows a closing summary of the transfer, a script does not", async (t) => {
  const { ok, home } = await newPerson(t);
  await writeFile(join(home, "a.bin"), Buffer.alloc(300_000, 1));
  await writeFile(join(home, "b.bin"), Buffer.alloc(100_000, 2));
  const sent = await ok(["put", join(home, "a.bin"), join(home, "b.bin"), ":/"], { isTerminal: true });
  assert.match(sent.stderr, /2 files, 390\.6 KiB in \d+ s.*, verified\n$/);
  const unchanged = await ok(["put", join(home, "a.bin"), ":/"], { isTerminal: true });
  assert.doesNotMatch(unchanged.stderr, /verified/);
  const got = await ok(["get", ":/a.bin", join(home, "c.bin")], { isTerminal: true });
  assert.match(got.stderr, /1 file, 293\.0 KiB in \d+ s.*, verified\n$/);
  const unproved = await ok(["get", "--no-verify", ":/a.bin", join(home, "d.bin")], { isTerminal: true });
  assert.match(unproved.stderr, /1 file, 293\.0 KiB in \d+ s[^,]*\n$/);
  const folder = join(home, "folder");
  await mkdir(folder);
  await writeFile(join(folder, "x"), "x");
  await writeFile(join(folder, "y"), "y");
  const planned = await ok(["sync", "--dry-run", folder, ":/all"], { isTerminal: true });
  assert.doesNotMatch(planned.stderr, /verified/);
  const synced = await ok(["sync", folder, ":/all"], { isTerminal: true });
  assert.match(synced.stderr, /2 files, 2 B in \d+ s.*, verified\n$/);
  assert.equal((await ok(["get", ":/a.bin", join(home, "e.bin")])).stderr, "");
  assert.equal((await ok(["get", "--quiet", ":/a.bin", join(home, "f.bin")], { isTerminal: true })).stderr, "");
});

test("without a terminal, a plain line reports rate and time left now and then while data moves", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval", "Date"] });
  const stderr = new Capture();
  const progress = showProgress(outputTo(new Capture(), stderr));
  progress.expect({ files: 2, bytes: 10 * 1024 ** 2 });
  const file = progress.begin({ name: "film.mkv", sizeBytes: 10 * 1024 ** 2 });
  file.add(0);
  t.mock.timers.tick(59_000);
  file.add(1024 ** 2);
  assert.equal(String(stderr.bytes), "");
  t.mock.timers.tick(1000);
  assert.match(String(stderr.bytes), /^0\/2 files {2}1\.0 MiB\/10\.0 MiB {2}10 % .*\/s .* left {2}film\.mkv 10 %\n$/);
  t.mock.timers.tick(120_000);
  assert.equal(String(stderr.bytes).split("\n").length, 2);
  progress.end();
});

test("the progress line counts all files of the command from the start", async (t) => {
  const { ok, home } = await newPerson(t);
  const names = ["a", "b", "c"].map((name) => join(home, name));
  for (const name of names) await writeFile(name, Buffer.alloc(400_000, name));
  await ok(["put", names[0] ?? "", ":/"]);
  const put = await ok(["put", "--bwlimit", "1M", ...names, ":/"], { isTerminal: true });
  assert.match(put.stderr, /0\/2 files {2}/);
  assert.doesNotMatch(put.stderr, /\/1 file\b/);
  assert.match(put.stderr, /2 files, 781\.3 KiB in /);
  const get = ["get", "--transfers", "1", "--bwlimit", "1M", ":/a", ":/b", ":/c", join(home, "back")];
  await mkdir(join(home, "back"));
  const got = await ok(get, { isTerminal: true });
  assert.match(got.stderr, /0\/3 files {2}/);
  assert.match(got.stderr, /3 files, 1\.1 MiB in /);
});
