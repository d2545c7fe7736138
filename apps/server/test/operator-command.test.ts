import assert from "node:assert/strict";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { describeSqlite } from "@consigne/db";
import {
  adminEmail,
  adminKey,
  call,
  dataFolder,
  environmentOf,
  knownAdmin,
  listFiles,
  runCommand,
  startProcess,
  upload,
} from "./_server-process.ts";
import { runOperator } from "./_operator.ts";

/** Longer than a server takes to see what another process wrote. */
const NOTICED_MS = 200;

async function began(context: TestContext, settings: Record<string, string> = {}) {
  const dataDir = await dataFolder(context);
  const environment = environmentOf(dataDir, { ...knownAdmin, ...settings });
  const server = await startProcess(context, environment);
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await runOperator([...args, "--json"], environment);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    assert.equal(stdout.split("\n").length, 2, "one line");
    return JSON.parse(stdout) as Record<string, unknown> & Record<string, unknown>[];
  };
  return { dataDir, environment, server, json };
}

test("--version and -V print the version", async (context) => {
  const environment = environmentOf(await dataFolder(context));
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  for (const flag of ["--version", "-V"]) {
    const { code, stdout } = await runCommand([flag], environment);
    assert.deepEqual([code, stdout], [0, `consigne-server ${version}\n`]);
  }
});

test("a usage error is printed on stderr with exit code 2", async (context) => {
  const environment = environmentOf(await dataFolder(context));
  const cases: [string[], RegExp][] = [
    [[], /Usage/],
    [["unknown"], /unknown command 'unknown'; available: serve, .*\bjobs\b/],
    [["jobs", "frob"], /unknown command 'frob'; available: list, show, retry, cancel$/m],
    [["key", "frob"], /unknown command 'frob'; available: .*\badd\b/],
    [["file", "block", "https://example.org/"], /not a link to a file/],
    [["user", "plan", "a@b", "diamond"], /Plans?|one of/],
    [["user", "quota", "a@b", "much"], /500GB/],
    [["user", "quota", "a@b", "500G"], /500GB .* or 465GiB/],
    [["user", "invite", "a@b", "--plan", "diamond"], /Plans/],
    [["user", "invite", "a@b", "--language", "de"], /en, fr/],
    [["user", "add"], /missing required argument/],
    [["user", "add", "a@b", "--plan-ends", "2027-02-31"], /date/],
    [["key", "add", "a@b", "--scope", "files=all"], /files=read/],
    [["key", "add", "a@b", "--ip", "300.1.1.1"], /address/],
    [["key", "add", "a@b", "--folder", "x"], /number/],
    [["key", "add", "a@b", "--expires", "2020-01-31"], /in the past/],
    [["user", "add", "a@b", "--plan-ends", "2020-01-31"], /in the past/],
    [["serve", "--unknown"], /unknown option/],
    [["fsck", "--remove-all-unknown"], /no effect without --repair/],
    [["jobs", "list", "--limit", "501"], /from 1 to 500/],
  ];
  const ended = await Promise.all(cases.map(([args]) => runOperator(args, environment)));
  for (const [at, { code, stdout, stderr }] of ended.entries()) {
    assert.equal(code, 2, cases[at]?.[0].join(" "));
    assert.match(stderr, cases[at]?.[1] ?? /^$/);
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /^ +at .+:\d+/m, "no stack");
  }
});

test("invalid settings end every command with 2, with all problems at once", async (context) => {
  const environment = environmentOf(await dataFolder(context), { CONSIGNE_PORT: "x", CONSIGNE_LIMIT: "off" });
  for (const args of [["serve"], ["user", "list"], ["migrate"]]) {
    const { code, stderr } = await runCommand(args, environment);
    assert.equal(code, 2);
    assert.match(stderr, /CONSIGNE_PORT is "x"/);
    assert.match(stderr, /CONSIGNE_LIMIT is not a setting/);
  }
});

test("every command except serve takes a folder without data for a mistyped one, and creates nothing", async (context) => {
  const dataDir = await dataFolder(context);
  const mistyped = join(dataDir, "mistyped");
  const commands = [["fsck"], ["user", "list"], ["user", "add", "a@example.org"], ["locks"], ["audit"], ["migrate"]];
  for (const folder of [mistyped, dataDir]) {
    const environment = environmentOf(dataDir, { CONSIGNE_DATA_DIR: folder });
    const ended = await Promise.all(commands.map((args) => runOperator(args, environment, dataDir)));
    for (const { code, stderr } of ended) {
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`There is no data in ${folder}\\. .*Nothing was created\\.`));
    }
  }
  assert.deepEqual(await readdir(dataDir), []);
});

test("migrate says if there is nothing to do", async (context) => {
  const { json } = await began(context);
  assert.deepEqual(await json("migrate"), { applied: [] });
});

test("no command migrates the database of an older version, and migrate does so only if no server uses it", async (context) => {
  const { dataDir, environment, server, json } = await began(context);
  // A migration that changes no table, so that the running server stands for one of an older version.
  const missing = "0063-packed-blobs";
  const file = join(dataDir, "consigne.sqlite");
  const rows = new DatabaseSync(file, { timeout: 10_000 });
  rows.exec(`delete from kysely_migration where name = '${missing}'`);
  rows.close();
  const commands = [
    ["status"],
    ["user", "list"],
    ["user", "add", "a@example.org"],
    ["fsck"],
    ["collect"],
    ["jobs", "list"],
  ];
  for (const args of commands) {
    const { code, stdout, stderr } = await runOperator(args, environment);
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.match(
      stderr,
      /is from an older version of Consigne\. Nothing was changed\..* `consigne-server migrate`\.$/m,
    );
    assert.doesNotMatch(stderr, /^ +at .+:\d+/m, "no stack");
  }
  const refused = await runOperator(["migrate"], environment);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Another consigne-server is using this data folder/);
  assert.deepEqual((await describeSqlite(file)).pending, [missing]);
  server.child.kill("SIGTERM");
  await server.finished;
  assert.deepEqual(await json("migrate"), { applied: [missing] });
  assert.equal((await json("user", "list")).length, 1);
});

test("the server migrates the database of an older version and logs which migrations it applied", async (context) => {
  const { dataDir, environment, server } = await began(context);
  server.child.kill("SIGTERM");
  assert.doesNotMatch((await server.finished).stdout, /"migrations"/, "a new database needs no update");
  const rows = new DatabaseSync(join(dataDir, "consigne.sqlite"));
  rows.exec("delete from kysely_migration where name = '0063-packed-blobs'");
  rows.close();
  const updated = await startProcess(context, environment);
  updated.child.kill("SIGTERM");
  const { stdout } = await updated.finished;
  assert.match(stdout, /"migrations":\["0063-packed-blobs"\],"msg":"updated the database to this version"/);
});

test("accounts are made, listed, given plans and passwords, and locked beside a running server", async (context) => {
  const { environment, server, json } = await began(context);
  const created = await json("user", "add", "guest@example.org", "--plan", "premium", "--plan-ends", "2099-01-31");
  assert.equal(created["email"], "guest@example.org");
  assert.match(String(created["password"]), /^\w{20}$/);
  const again = await runOperator(["user", "add", "GUEST@example.org"], environment);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^consigne-server: There is already an account/);
  const silent = await runCommand(["user", "password", "guest@example.org", "--password-stdin"], environment, {
    input: "by standard input\n",
  });
  assert.equal(silent.code, 0);
  assert.ok(!silent.stdout.includes("by standard input"));
  const { key } = await json("key", "add", "guest@example.org");
  assert.equal((await call(server.url, "file/ls", {}, String(key))).status, 200);
  await json("user", "plan", "guest@example.org", "free");
  assert.equal((await call(server.url, "file/ls", {}, String(key))).status, 403);
  await json("user", "plan", "guest@example.org", "unlimited");
  await json("user", "lock", "guest@example.org");
  assert.notEqual((await call(server.url, "file/ls", {}, String(key))).status, 200);
  await json("user", "unlock", "guest@example.org");
  assert.equal((await call(server.url, "file/ls", {}, String(key))).status, 200);
  const listed = await json("user", "list");
  assert.deepEqual(listed.map(({ email }) => String(email)).toSorted(), ["guest@example.org", adminEmail]);
  assert.ok(!JSON.stringify(listed).includes("argon2"));
  const readable = await runOperator(["user", "list"], environment);
  assert.match(readable.stdout, /^E-MAIL +PLAN +ROLE +STATE +FILES +BYTES +PLAN ENDS$/m);
  assert.match(readable.stdout, /^owner@example\.org +Unlimited +administrator +0 +0$/m);
  assert.equal((await runOperator(["user", "lock", "nobody@example.org"], environment)).code, 1);
  const told = await runOperator(["user", "add", "other@example.org"], environment);
  assert.match(told.stdout, /^Password: \w{20}\n[^]*sign in at \/login\.pl/m);
});

test("a key's scopes, fence and addresses apply over HTTP, and a revoked key is refused at once", async (context) => {
  const { server, json, environment } = await began(context);
  const { json: folder } = await call(server.url, "folder/mkdir", { name: "fence" });
  const fenceId = Number(folder["folder_id"]);
  await upload(server.url, { "outside.txt": "x" });
  const add = async (...options: string[]) => String((await json("key", "add", adminEmail, ...options))["key"]);

  const reader = await add("--scope", "files=read", "--name", "reader");
  assert.equal((await call(server.url, "file/ls", {}, reader)).status, 200);
  const refused = await call(server.url, "folder/mkdir", { name: "no" }, reader);
  assert.deepEqual([refused.status, refused.json["message"]], [403, "This API key lacks the right files=write #555"]);
  assert.notEqual((await upload(server.url, { "no.txt": "x" }, { key: reader })).status, 302);

  const fenced = await add("--folder", String(fenceId));
  assert.deepEqual(await listFiles(server.url, fenced), []);
  assert.equal((await upload(server.url, { "inside.txt": "x" }, { key: fenced })).status, 302);
  assert.deepEqual(
    (await listFiles(server.url, fenced)).map(({ filename }) => filename),
    ["inside.txt"],
  );
  assert.deepEqual(
    (await listFiles(server.url)).map(({ filename }) => filename),
    ["outside.txt"],
  );

  const elsewhere = await add("--ip", "198.51.100.0/24", "--ip", "2001:db8::/32");
  assert.equal((await call(server.url, "file/ls", {}, elsewhere)).status, 403);
  const here = await add("--ip", "198.51.100.0/24", "--ip", "127.0.0.0/8");
  assert.equal((await call(server.url, "file/ls", {}, here)).status, 200);

  const keys = await json("key", "list", adminEmail);
  assert.equal(keys.length, 5);
  assert.ok(!JSON.stringify(keys).includes(here));
  const readerId = String(keys.find(({ name }) => name === "reader")?.["id"]);
  await json("key", "extend", readerId, "--expires", "2039-01-31");
  assert.match((await runOperator(["key", "extend", readerId, "--expires", "2020-01-31"], environment)).stderr, /past/);
  await json("key", "revoke", readerId);
  assert.match((await runOperator(["key", "extend", readerId, "--expires", "never"], environment)).stderr, /revoked/);
  assert.notEqual((await call(server.url, "file/ls", {}, reader)).status, 200);
  const unknown = await runOperator(["key", "revoke", "nothing"], environment);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /There is no key nothing/);
  assert.match((await runOperator(["key", "list", adminEmail], environment)).stdout, /reader +revoked/);
});

test("key revoke lists the keys a key made, and revokes them with --with-created", async (context) => {
  const { server, json, environment } = await began(context);
  const maker = await json("key", "add", adminEmail, "--scope", "files=read", "--scope", "keys=write");
  const response = await fetch(`${server.url}/x/v1/keys/add`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${String(maker["key"])}` },
    body: JSON.stringify({ name: "made by it" }),
  });
  const { api_key: created, key } = (await response.json()) as { api_key: string; key: { id: string } };
  const id = String(maker["id"]);
  const listed = await runOperator(["key", "list", adminEmail], environment);
  assert.match(listed.stdout, new RegExp(`^${key.id} .* made by it .* ${id}$`, "m"));
  const told = await runOperator(["key", "revoke", id], environment);
  assert.match(told.stdout, new RegExp(`is revoked\\.\nKeys it created still work; [^\n]*\n${key.id} .* made by it`));
  assert.equal((await call(server.url, "file/ls", {}, created)).status, 200);
  const both = await json("key", "revoke", id, "--with-created");
  assert.deepEqual(
    (both["createdKeys"] as { id: string; createdBy: string }[]).map((each) => [each.id, each.createdBy]),
    [[key.id, id]],
  );
  assert.notEqual((await call(server.url, "file/ls", {}, created)).status, 200);
});

test("many flood locks are listed, each once, and reading only the first is not an error", async (context) => {
  const { environment, json } = await began(context);
  const raw = new DatabaseSync(join(environment["CONSIGNE_DATA_DIR"] ?? "", "consigne.sqlite"), { timeout: 10_000 });
  const add = raw.prepare(
    "insert into flood_locks (id, kind, subject, reason, locked_at, locked_until) values (?, 'ip', ?, 'calls', 1, ?)",
  );
  raw.exec("begin");
  for (let at = 0; at < 1100; at++) add.run(`lock ${at}`, `address ${at}`, 4_000_000_000_000 + (at % 7));
  raw.exec("commit");
  raw.close();
  const locks = await json("locks");
  assert.equal(new Set(locks.map(({ id }) => id)).size, 1100);
  assert.equal(locks.length, 1100);
  for (const options of [[], ["--json"]]) {
    const { code, stderr } = await runCommand(["locks", ...options], environment, { isRead: false });
    assert.deepEqual([code, stderr], [0, ""]);
  }
});

test("a flood lock is listed and lifted beside the running server", async (context) => {
  const { server, json, environment } = await began(context, { CONSIGNE_LIMITS: "authentic" });
  const statuses = await Promise.all(Array.from({ length: 12 }, () => call(server.url, "file/info", { url: "x" })));
  assert.ok(statuses.some(({ json: body }) => String(body["message"]).includes("#374")));
  const locks = await json("locks");
  assert.equal(locks.length, 1);
  assert.deepEqual([locks[0]?.["kind"], locks[0]?.["subject"]], ["ip", "127.0.0.1"]);
  assert.match((await runOperator(["locks", "list"], environment)).stdout, /ip +127\.0\.0\.1 +#374/);
  await json("locks", "release", String(locks[0]?.["id"]));
  assert.equal((await runOperator(["locks", "release", String(locks[0]?.["id"])], environment)).code, 1);
  const deadline = AbortSignal.timeout(60_000);
  while ((await call(server.url, "file/info", { url: "x" })).status === 403) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
});

test("file block closes content beside a running server, and file unblock opens it again", async (context) => {
  const { environment, server, json } = await began(context);
  await upload(server.url, { "one.txt": "1" });
  const { items } = (await call(server.url, "file/ls", {}, adminKey)).json as { items: { url: string }[] };
  const url = items[0]?.url ?? "";
  const ask = async () => (await call(server.url, "download/get_token", { url }, adminKey)).status;
  assert.equal(await ask(), 200);
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommand(["file", ...args], environment);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.match(await run("block", url, "--reason", "asked\nfor"), /^The content of "one\.txt" is blocked as \w{16}; /);
  assert.match(await run("block", url), /has been blocked since 2\S+, as \w{16}\.$/m);
  await sleep(NOTICED_MS);
  assert.equal(await ask(), 410);
  const [listed] = await json("file", "list-blocked");
  assert.equal(listed?.["reason"], "asked\nfor");
  assert.equal((await run("list-blocked")).trimEnd().split("\n").length, 2, "each reason stays on its line");
  assert.match(await run("unblock", String(listed?.["id"])), /is lifted/);
  assert.equal((await runCommand(["file", "unblock", url], environment)).code, 1);
  await sleep(NOTICED_MS);
  assert.equal(await ask(), 200);
});

test("fsck exits with 0 if all is sound and with 3 if not, names the files, and repairs only old entries", async (context) => {
  const { dataDir, environment, server, json } = await began(context);
  await upload(server.url, { "one.txt": "1", "two.txt": "22", "three.txt": "333" });
  // The server removes such bytes by itself, once a day and right after its start.
  const deadline = Date.now() + 60_000;
  while ((await json("jobs", "list", "--kind", "collect-bytes", "--state", "done")).length === 0) {
    assert.ok(Date.now() < deadline, "waited for the server's own check of its bytes");
    await sleep(20);
  }
  const sound = await runOperator(["fsck", "--deep"], environment);
  assert.equal(sound.code, 0, sound.stderr);
  assert.match(sound.stdout, /^3 blobs in the database, 3 in storage, 0 findings\.\nAll files are complete\.$/m);
  using stored = new StoredBytes(join(dataDir, "bytes"));
  assert.equal(stored.keys().length, 3);
  const folder = join(dataDir, "bytes", "blobs", "aa");
  await mkdir(folder, { recursive: true });
  const orphan = join(folder, "a".repeat(32));
  await writeFile(orphan, "orphan");
  const young = JSON.parse((await runOperator(["fsck", "--repair", "--json"], environment)).stdout) as {
    findings: unknown[];
  };
  assert.deepEqual(young.findings, []);
  const old = new Date(Date.now() - 8 * 24 * 3_600_000);
  await utimes(orphan, old, old);
  const seen = await runOperator(["fsck"], environment);
  assert.equal(seen.code, 0);
  assert.match(seen.stdout, /6 bytes that belong to no file; --repair removes them/);
  assert.match(
    (await runOperator(["fsck", "--repair"], environment)).stdout,
    /6 bytes that belong to no file, removed/,
  );
  stored.replace(stored.keyOf("1"), "?");
  stored.replace(stored.keyOf("22"), Buffer.alloc(100));
  stored.replace(stored.keyOf("333"), "");
  const lost = await runCommand(["fsck", "--deep", "--json"], environment);
  assert.equal(lost.code, 3);
  const report = JSON.parse(lost.stdout) as { isSound: boolean; findings: { files: { name: string }[] }[] };
  assert.equal(report.isSound, false);
  assert.deepEqual(report.findings.flatMap(({ files }) => files.map(({ name }) => name)).toSorted(), [
    "one.txt",
    "three.txt",
    "two.txt",
  ]);
  const told = (await runOperator(["fsck"], environment)).stdout;
  assert.match(told, /: data damaged: "one\.txt" \(\w+\) of owner@example\.org$/m);
  assert.match(told, /restore the data from a backup/);
  assert.equal((await call(server.url, "file/ls", {}, adminKey)).status, 200);
});

test("accounts are shown with files, bytes and the end of their plan, and an end in the past needs confirmation", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, environment);
  await upload(server.url, { "a.txt": "12345", "b.txt": "678" });
  const run = (...args: string[]) => runOperator(args, environment);
  const shown = JSON.parse((await run("user", "show", adminEmail, "--json")).stdout) as Record<string, unknown>;
  assert.deepEqual([shown["files"], shown["bytes"], shown["keys"]], [2, 8, 1]);
  assert.match((await run("user", "list")).stdout, /owner@example\.org +Unlimited +administrator +2 +8/);
  assert.match((await run("user", "show", adminEmail)).stdout, /^Plan ends +never$/m);

  const past = await run("user", "plan", adminEmail, "premium", "--ends", "2020-01-31");
  assert.equal(past.code, 1);
  assert.match(past.stderr, /in the past.*--yes/);
  assert.match((await run("user", "show", adminEmail)).stdout, /^Plan +Unlimited$/m);
  assert.equal((await run("user", "plan", adminEmail, "premium", "--ends", "2020-01-31", "--yes")).code, 0);
  assert.match((await run("user", "show", adminEmail)).stdout, /^Plan +Free$/m);
});

test("a key's folder is given as a path, and the audit trail says who changed what", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, environment);
  const { json: photos } = await call(server.url, "folder/mkdir", { name: "photos" });
  await call(server.url, "folder/mkdir", { name: "2026", folder_id: photos["folder_id"] });
  const run = (...args: string[]) => runOperator(args, environment);
  const fenced = await run("key", "add", adminEmail, "--folder", "/photos/2026", "--json");
  assert.equal(typeof (JSON.parse(fenced.stdout) as Record<string, unknown>)["folderId"], "number");
  const missing = await run("key", "add", adminEmail, "--folder", "/photos/1999");
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /has no folder \/photos\/1999/);

  const audit = await run("audit", "list");
  assert.match(audit.stdout, /operator +- +key\.create/);
  assert.match(audit.stdout, /operator +- +account\.create +owner@example\.org/);
  assert.equal(audit.stderr, "");
  assert.match(audit.stdout, /owner@example\.org +127\.0\.0\.1 +folder\.create/);
  await run("user", "add", "gone@example.org");
  await run("user", "remove", "gone@example.org", "--yes");
  const ofGone = (await run("audit", "list", "--user", "gone@example.org")).stdout;
  for (const change of ["account.create", "account.removed"]) assert.ok(ofGone.includes(change), ofGone);
  assert.ok(!ofGone.includes("folder.create"), "other people's changes");
  const latest = await run("audit", "list", "--limit", "1", "--json");
  assert.equal(latest.stderr, "There are more changes; pass --limit 2 to see twice as many.\n");
  const records = JSON.parse(latest.stdout) as { action: string }[];
  assert.deepEqual(
    records.map(({ action }) => action),
    ["account.removed"],
  );
});

test("no operator command prints control characters of a name to a terminal", async (context) => {
  const folder = await dataFolder(context);
  const environment = environmentOf(folder, knownAdmin);
  await startProcess(context, environment);
  const name = "\u001b[2Jkey\u009b31m\u202e";
  const refused = await runOperator(["key", "add", adminEmail, "--name", name], environment);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  // Earlier releases accepted such names.
  const database = new DatabaseSync(join(folder, "consigne.sqlite"), { timeout: 10_000 });
  database.prepare("update api_keys set name = ?").run(name);
  database.close();
  for (const options of [[], ["--json"]]) {
    const { stdout } = await runOperator(["key", "list", adminEmail, ...options], environment);
    assert.match(stdout, /\\u001b\[2Jkey\\u009b31m\\u202e/);
    for (const order of ["\u001b", "\u009b", "\u202e"]) assert.ok(!stdout.includes(order));
  }
});

test("user quota gives an account its own quota, at once and beside a running server, or restores its plan's", async (context) => {
  const { server, json, environment } = await began(context);
  await upload(server.url, { "a.txt": "x".repeat(1000) });
  const stored = async () => (await listFiles(server.url)).length;
  assert.deepEqual(await json("user", "quota", adminEmail, "1.5kB"), { email: adminEmail, quotaBytes: 1500 });
  assert.equal((await call(server.url, "user/info", {})).json["allowed_cold_storage"], 1500);
  await upload(server.url, { "b.txt": "x".repeat(1000) }).catch(() => undefined);
  assert.equal(await stored(), 1, "above the quota nothing is stored");
  assert.match((await runOperator(["user", "show", adminEmail], environment)).stdout, /Quota +1500 bytes \(1\.5 KiB\)/);
  assert.deepEqual(await json("user", "quota", adminEmail, "plan"), { email: adminEmail });
  await upload(server.url, { "b.txt": "x".repeat(1000) });
  assert.equal(await stored(), 2);
  assert.match((await runOperator(["user", "show", adminEmail], environment)).stdout, /Quota +none/);
});
