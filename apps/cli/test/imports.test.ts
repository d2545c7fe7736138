import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { temporaryFolder } from "./_fixtures.ts";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

const ID = /^i\d+$/;

async function openHouse(t: TestContext) {
  const source = await startTestServer({ storage: "memory" });
  t.after(() => source[Symbol.asyncDispose]());
  const settings = { CONSIGNE_REMOTE_ALLOW: "127.0.0.1" };
  const { server: target, run, ok } = await newPerson(t, { storage: "memory", settings });
  const login = ["login", "--profile", "old", "--url", source.url, "--key-stdin", "--key-file"];
  await ok(login, { stdin: `${source.apiKey}\n` });
  const files = { "/photos/a.txt": "alpha", "/photos/2025/b.txt": "beta", "/c.txt": "c" };
  for (const [path, text] of Object.entries(files)) await source.seed.file(path, text);
  return { source, target, run };
}

const names = async (run: Person["run"], path: string) =>
  (await run(["find", path])).stdout.trim().split("\n").toSorted();

test("remote add --from plans, imports a folder with everything below it, and reports", async (t) => {
  const { target, run } = await openHouse(t);
  await target.seed.file("/here/a.txt", "alpha");
  await target.seed.file("/here/2025/b.txt", "another beta");
  const add = ["remote", "add", "--from", "old:/photos", "--to", ":/here"];
  const plan = await run([...add, "--dry-run"]);
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /planned {2}\/photos of http/);
  assert.match(plan.stdout, /2 folders read/);
  assert.match(plan.stdout, /1 file \(5 B\) already here, skipped/);
  assert.match(plan.stdout, /1 file \(4 B\) to fetch/);
  assert.match(plan.stdout, /1 file with the name of another file here; both are kept/);
  assert.match(plan.stdout, /^ {2}name taken here: 2025\/b\.txt$/m);
  const [planned] = jsonLines((await run([...add, "--dry-run", "--json"])).stdout) as [{ collidingPaths: string[] }];
  assert.deepEqual(planned.collidingPaths, ["2025/b.txt"]);
  const before = await names(run, ":/here");
  const begun = await run(add);
  assert.match(begun.stdout.trim(), ID);
  const done = await run(["remote", "wait", begun.stdout.trim()]);
  assert.equal(done.code, 0, done.stdout);
  assert.match(done.stdout, /1 file \(4 B\) arrived/);
  assert.equal((await names(run, ":/here")).length, before.length + 1);
  const [shown] = jsonLines((await run(["remote", "show", "--json", begun.stdout.trim()])).stdout) as [
    { state: string; files: { done: { count: number } }; failures: unknown[] },
  ];
  assert.deepEqual([shown.state, shown.files.done.count, shown.failures], ["done", 1, []]);
  assert.match((await run(["remote", "ls"])).stdout, /i3 .*done[^]*i1 .*planned/);
});

test("a file blocked by the source's operator is named, and everything else is imported", async (t) => {
  const { source, run } = await openHouse(t);
  const { url } = await source.seed.file("/photos/blocked.txt", "taken down");
  await source.services.contentBlocks.block("operator", new URL(url).search.slice(1), "");
  const moved = await run(["remote", "add", "--from", "old:/photos", "--to", ":/", "--wait"]);
  assert.equal(moved.code, 3);
  assert.match(moved.stdout, /2 files \(9 B\) arrived[^]*failed: blocked\.txt: .*operator of this server has blocked/);
  const folder = await temporaryFolder(t);
  const synced = await run(["sync", "--profile", "old", ":/photos", folder]);
  assert.equal(synced.code, 3);
  assert.match(synced.stderr, /download blocked\.txt: .*operator of the server has blocked[^]*2 fetched.*1 failed/);
  assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), ["2025", "2025/b.txt", "a.txt"]);
  // Nor is it sent again from where it still is.
  await writeFile(join(folder, "blocked.txt"), "taken down");
  const back = await run(["sync", "--profile", "old", folder, ":/photos"]);
  assert.deepEqual([back.code, /3 unchanged/.test(back.stderr)], [0, true], back.stderr);
});

test("remote add --links-of fetches single links with a profile's key, and names failures", async (t) => {
  const { source, run } = await openHouse(t);
  const file = await source.seed.file("/private.txt", "for customers");
  const missing = `${source.url}/?00000000000000000000`;
  const done = await run(["remote", "add", "--links-of", "old", "--wait", file.url, missing]);
  assert.equal(done.code, 3, done.stdout);
  assert.match(done.stdout, /failed: .*0000/);
  assert.equal((await run(["cat", ":/private.txt"])).stdout, "for customers");
});

test("a source's key comes from a profile, a variable or stdin, and is never shown", async (t) => {
  const { source, target, run } = await openHouse(t);
  const wrong = "k".repeat(32);
  const refused = await run(["remote", "add", "--from", "old:/", "--wait"], {
    variables: { CONSIGNE_SOURCE_KEY: wrong },
  });
  assert.equal(refused.code, 3);
  assert.match(refused.stdout, /does not accept the API key/);
  const typed = ["remote", "add", "--from", "old:/photos", "--wait", "--source-key-stdin"];
  const right = await run(typed, {
    variables: { CONSIGNE_SOURCE_KEY: wrong },
    stdin: `${source.apiKey}\n`,
  });
  assert.equal(right.code, 0, right.stdout);
  const [shown] = jsonLines((await run(["remote", "show", "--json", "i2"])).stdout);
  const audit = JSON.stringify(await target.services.jobs.list("operator"));
  for (const text of [refused.stdout, refused.stderr, right.stdout, JSON.stringify(shown), audit]) {
    assert.ok(!text.includes(wrong) && !text.includes(source.apiKey));
  }
});

test("remote add --from accepts a folder's public page, with the profile's key for that server", async (t) => {
  const { source, run } = await openHouse(t);
  const api = new ApiClient(source, source.apiKey);
  const { folderId } = await source.seed.file("/album/x.txt", "xi");
  const { url } = await api.ok("folder/share", { folder_id: folderId, share: 1, pass: "long password" });
  const add = ["remote", "add", "--from", String(url), "--wait"];
  const locked = await run(add);
  assert.equal(locked.code, 3);
  assert.match(locked.stdout, /failed .*[^]*password/);
  const done = await run([...add, "--password-stdin"], { stdin: "long password\n" });
  assert.equal(done.code, 0, done.stdout);
  assert.equal((await run(["cat", ":/x.txt"])).stdout, "xi");
  const plan = await run([...add.slice(0, -1), "--password-stdin", "--dry-run"], { stdin: "long password\n" });
  assert.match(plan.stdout, /1 file possibly already here: the name is the same, but the source has no checksums/);
  assert.doesNotMatch(plan.stdout, /both are kept/);
  const both = await run([...add, "--password-stdin", "--source-key-stdin"], { stdin: "x\n" });
  assert.equal(both.code, 2);
});

test("remote cancel stops an import, and --dry-run does not", async (t) => {
  const { target, run } = await openHouse(t);
  const folder = await target.seed.folder("/x");
  assert.equal(folder.path, "/x");
  const begun = await run(["remote", "add", "--from", "old:/", "--to", ":/x"]);
  const id = begun.stdout.trim();
  assert.equal((await run(["remote", "cancel", "--dry-run", id])).code, 0);
  assert.equal((await run(["remote", "cancel", "--item", "a", id])).code, 2);
  const ended = await run(["remote", "cancel", "--json", id]);
  assert.equal(ended.code, 0, ended.stderr);
  const [waited] = jsonLines((await run(["remote", "wait", "--json", id])).stdout) as [{ state: string }];
  assert.match(waited.state, /^(cancelled|done)$/);
});

test("a plan prints its number at once and why it waits, and is waited for no longer than asked", async (t) => {
  const { run } = await openHouse(t);
  const { server: away, ok } = await newPerson(t, { storage: "memory" });
  const login = ["login", "--profile", "away", "--url", away.url, "--key-stdin", "--key-file"];
  assert.equal((await run(login, { stdin: `${away.apiKey}\n` })).code, 0);
  await ok(["mkdir", ":/photos"]);
  await away[Symbol.asyncDispose]();
  const plan = await run(["remote", "add", "--from", "away:/photos", "--dry-run", "--timeout", "1s"]);
  assert.equal(plan.code, 3, plan.stderr);
  assert.match(plan.stderr, /Request i1; the server reads the folders whether or not this command waits/);
  assert.match(plan.stderr, /not finished after 1 s.*`consigne remote wait i1`/);
  for (let message; message === undefined;)
    [{ message }] = jsonLines((await run(["remote", "show", "--json", "i1"])).stdout) as [{ message?: string }];
  const waited = await run(["remote", "wait", "i1", "--timeout", "1s"]);
  assert.match(waited.stderr, /^Could not connect to 127\.0\.0\.1\./m);
  assert.equal((await run(["remote", "wait", "i1", "--timeout", "1s", "--quiet"])).stderr.split("\n").length, 2);
  assert.equal((await run(["remote", "cancel", "i1"])).code, 0);
});

test("remote add explains what is wrong with a source", async (t) => {
  const { run } = await openHouse(t);
  for (const [args, words] of [
    [["--from", "nowhere:/x"], /no profile "nowhere"/],
    [["--from", ":/x"], /takes a profile and a path/],
    [["--from", "old:/x", "--from-1fichier", "/y"], /one of --from-1fichier, --from and --links-of/],
    [["--from", "old:/x", "https://example.org/a"], /not both/],
    [["--from", "ftp://example.org/x"], /an http or https URL/],
    [["--links-of", "old"], /needs the links/],
    [["--timeout", "1m", "https://example.org/a"], /no effect without --wait/],
    [["--timeout", "1m", "--dry-run", "https://example.org/a"], /no effect without --wait/],
    [["--source-key-stdin", "https://example.org/a"], /needs --from-1fichier/],
    [[], /Give URLs to fetch/],
  ] as const) {
    const outcome = await run(["remote", "add", ...args]);
    assert.equal(outcome.code, 2, outcome.stderr);
    assert.match(outcome.stderr, words);
  }
});

test("remote retry continues an import, with the source's profile key or a given one", async (t) => {
  const { run } = await openHouse(t);
  const id = (
    await run(["remote", "add", "--from", "old:/photos"], {
      variables: { CONSIGNE_SOURCE_KEY: "wrong" },
    })
  ).stdout.trim();
  assert.equal((await run(["remote", "wait", id])).code, 3);
  const wrong = await run(["remote", "retry", "--source-key-stdin", id], { stdin: "wrong too\n" });
  assert.match(wrong.stdout, /scanning/);
  assert.match((await run(["remote", "wait", id])).stdout, /does not accept the API key/);
  assert.match((await run(["remote", "retry", "--dry-run", id])).stdout, /failed {2}\/photos of/);
  const begun = await run(["remote", "retry", id]);
  assert.equal(begun.code, 0, begun.stderr);
  assert.equal((await run(["remote", "wait", id])).code, 0);
  assert.deepEqual(await names(run, ":/2025"), [":/2025/b.txt"]);
  assert.match((await run(["remote", "retry", id])).stderr, /Nothing in this import can be tried again/);
  assert.match((await run(["remote", "retry", "--item", "x", id])).stderr, /as a whole/);
  assert.match((await run(["remote", "retry", "i99"])).stderr, /no import i99/);
  assert.match(
    (await run(["remote", "retry", "--source-key-stdin", "1"], { stdin: "x" })).stderr,
    /are for imports only/,
  );
});
