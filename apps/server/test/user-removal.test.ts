import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  adminEmail,
  call,
  dataFolder,
  download,
  environmentOf,
  knownAdmin,
  listFiles,
  startProcess,
  upload,
} from "./_server-process.ts";
import { runOperator } from "./_operator.ts";

const email = "leaving@example.org";
const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));

/** Each command is a separate process. */
const runsPrograms = { timeout: 300_000 };

async function beganWithUser(context: TestContext) {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, environment);
  const run = (...args: string[]) => runOperator(args, environment);
  assert.equal((await run("user", "add", email)).code, 0);
  const key = (await run("key", "add", email)).stdout.trim();
  return { environment, server, run, key };
}

test("an account is removed beside a running server, which notices at once", runsPrograms, async (context) => {
  const { server, run, key } = await beganWithUser(context);
  await upload(server.url, { "mine.txt": "12345", "same.txt": "same" }, { key });
  await upload(server.url, { "theirs.txt": "same" });
  const { json: folder } = await call(server.url, "folder/mkdir", { name: "shared" }, key);
  await call(server.url, "folder/share", { folder_id: folder["folder_id"], share: 1 }, key);
  const [own] = await listFiles(server.url, key);

  const unasked = await run("user", "remove", "LEAVING@example.org");
  assert.equal(unasked.code, 1);
  assert.match(unasked.stderr, /leaving@example\.org would be removed with 2 files and their links, 9 bytes, 1 folder/);
  assert.match(unasked.stderr, /\(1 shared\) and 1 API key\. This cannot be undone\. Not a terminal; pass --yes/);
  assert.equal((await call(server.url, "file/ls", {}, key)).status, 200);

  const removed = await run("user", "remove", email, "--yes", "--json");
  assert.equal(removed.code, 0, removed.stderr);
  assert.deepEqual(JSON.parse(removed.stdout), { email, files: 2, bytes: 9, folders: 1, shares: 1, keys: 1 });
  assert.equal((await call(server.url, "file/ls", {}, key)).status, 403);
  assert.equal((await fetch(String(own?.url))).status, 404);
  const [theirs] = await listFiles(server.url);
  assert.equal(await download(server.url, theirs?.url ?? ""), "same");
  assert.equal((await run("fsck", "--deep")).code, 0);
  assert.doesNotMatch((await run("user", "list")).stdout, /leaving/);
  assert.match((await run("audit")).stdout, /operator +- +account\.removed +leaving@example\.org/);
  const trail = await run("audit", "--user", "LEAVING@example.org");
  assert.match(trail.stdout, /leaving@example\.org +127\.0\.0\.1 +folder\.share/);
  const nobody = await run("audit", "--user", "nobody@example.org");
  assert.deepEqual([nobody.code, nobody.stderr.includes("There is no account nobody@example.org")], [1, true]);
  assert.equal((await run("user", "add", email)).code, 0, "the address is free again");
});

test("a wrong name and the last administrator are refused, even with --yes", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, environment);
  const run = (...args: string[]) => runOperator(args, environment);
  const wrong = await run("user", "remove", "nobody@example.org", "--yes");
  assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
  assert.match(wrong.stderr, /no account nobody@example\.org/);
  const last = await run("user", "remove", adminEmail, "--yes");
  assert.deepEqual([last.code, last.stdout], [1, ""]);
  assert.match(last.stderr, /owner@example\.org is the last administrator\. Add another one first/);
  assert.equal((await call(server.url, "file/ls")).status, 200);
});

test("a removal killed midway continues when run again", runsPrograms, async (context) => {
  const { environment, server, run, key } = await beganWithUser(context);
  const names = Array.from({ length: 300 }, (_, at) => `${at}.txt`);
  assert.equal((await upload(server.url, Object.fromEntries(names.map((each) => [each, each])), { key })).status, 302);
  using database = new DatabaseSync(join(environment["CONSIGNE_DATA_DIR"] ?? "", "consigne.sqlite"));
  // It does not get past its second hundred of files, however fast it is: counting these takes hours.
  database.exec(
    "create trigger endless before delete on files when (select count(*) from files) <= 200 begin select count(*) from files a, files b, files c, files d, files e; end",
  );
  const child = spawn(process.execPath, ["--no-warnings", bin, "user", "remove", email, "--yes"], {
    env: environment,
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  const left = database.prepare("select count(*) as files from files");
  while (left.get()?.["files"] !== 200) {
    assert.equal(child.exitCode, null);
    await sleep(10);
  }
  child.kill("SIGKILL");
  assert.deepEqual((await exited)[1], "SIGKILL");
  database.exec("drop trigger endless");
  const { files, isLocked } = JSON.parse((await run("user", "show", email, "--json")).stdout) as Record<
    string,
    unknown
  >;
  assert.equal(isLocked, true);
  assert.equal(files, 200);
  assert.equal((await run("fsck")).code, 0);
  const again = await run("user", "remove", email, "--yes", "--json");
  assert.equal(again.code, 0, again.stderr);
  assert.equal((JSON.parse(again.stdout) as Record<string, unknown>)["files"], files);
  assert.match((await run("fsck", "--deep", "--json")).stdout, /"blobRows":0,"storedBlobs":0,"findings":\[\]/);
});
