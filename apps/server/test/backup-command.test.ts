import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { runBackup } from "../src/backup/run-backup.ts";
import { holdDataFolder } from "../src/single-server-lock.ts";
import { runOperator } from "./_operator.ts";
import {
  call,
  dataFolder,
  download,
  environmentOf,
  knownAdmin,
  listFiles,
  runCommand,
  startProcess,
  upload,
} from "./_server-process.ts";

async function began(context: TestContext) {
  const dataDir = await dataFolder(context);
  const environment = environmentOf(dataDir, {
    ...knownAdmin,
    CONSIGNE_TRASH_DAYS: "0",
    CONSIGNE_VERSION_DAYS: "0",
    CONSIGNE_MIN_FREE_BYTES: "1",
  });
  const server = await startProcess(context, environment);
  const target = join(await dataFolder(context), "backup");
  const run = (...args: string[]) => runOperator(args, environment);
  const report = async (code: number, ...args: string[]) => {
    const ended = await run(...args, "--json");
    assert.equal(ended.code, code, ended.stdout + ended.stderr);
    return JSON.parse(ended.stdout) as Record<string, unknown> & { findings: Record<string, unknown>[] };
  };
  return { dataDir, environment, server, target, run, report };
}

const within = (environment: NodeJS.ProcessEnv, dataDir: string) => ({ ...environment, CONSIGNE_DATA_DIR: dataDir });

const storedBytes = (dataDir: string) => new StoredBytes(join(dataDir, "bytes"));

async function isSound(environment: NodeJS.ProcessEnv, dataDir: string): Promise<void> {
  const { code, stdout, stderr } = await runOperator(["fsck", "--deep"], within(environment, dataDir));
  assert.equal(code, 0, stdout + stderr);
}

/** What a command leaves when killed during a change to a database: half-changed pages, and a journal to undo that. */
async function leaveJournal(databaseFile: string): Promise<void> {
  const database = new DatabaseSync(databaseFile);
  database.exec("pragma journal_mode = delete; pragma cache_size = 1; begin; update files set name = name || 'half'");
  for (let at = 0; at < 50; at++) database.exec(`create table half_${at} (a)`);
  const names = [databaseFile, `${databaseFile}-journal`];
  for (const name of names) await copyFile(name, `${name}.left`);
  database.exec("rollback");
  database.close();
  for (const name of names) await rename(`${name}.left`, name);
}

/** Like a disk that damages a rarely read page. */
async function damageIndex(databaseFile: string): Promise<void> {
  const database = new DatabaseSync(databaseFile);
  const sql = `select rootpage, page_size from sqlite_master, pragma_page_size where name = 'files_of_account_by_name'`;
  const { rootpage, page_size: size } = database.prepare(sql).get() ?? {};
  database.close();
  const file = await open(databaseFile, "r+");
  await file.write(Buffer.alloc(Number(size), 0x55), 0, undefined, (Number(rootpage) - 1) * Number(size));
  await file.close();
}

test("copies a running server, then only what is new, and a restored folder serves everything", async (context) => {
  const { dataDir, environment, server, target, run, report } = await began(context);
  await upload(server.url, { "one.txt": "1", "two.txt": "22", "empty.txt": "" });
  // What a first run leaves when killed at its start.
  await mkdir(target, { mode: 0o700 });
  for (const name of ["server.lock", "server.lock-journal", "backup.json.new"]) await writeFile(join(target, name), "");
  const first = await report(0, "backup", target);
  assert.deepEqual([first["contents"], first["copied"], first["copiedBytes"], first["rounds"]], [3, 3, 3, 1]);
  const [two] = (await listFiles(server.url)).filter(({ filename }) => filename === "two.txt");
  await call(server.url, "file/rm", { files: [{ url: two?.url }] });
  await upload(server.url, { "three.txt": "333" });
  await leaveJournal(join(target, "consigne.sqlite"));
  const second = await report(0, "backup", target);
  assert.deepEqual([second["copied"], second["copiedBytes"], second["present"]], [1, 3, 2]);
  assert.deepEqual([second["removed"], second["removedBytes"]], [1, 2]);
  for (const name of ["", "bytes"]) assert.equal((await stat(join(target, name))).mode & 0o777, 0o700);
  for (const name of ["consigne.sqlite", "backup.json"]) {
    assert.equal((await stat(join(target, name))).mode & 0o777, 0o600);
  }
  const rows = new DatabaseSync(join(target, "consigne.sqlite"), { readOnly: true });
  assert.deepEqual({ ...rows.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
  rows.close();
  await isSound(environment, target);
  const text = await run("backup", target);
  assert.match(text.stdout, /^Copied 0 blobs \(0 B\), skipped 3 already there, removed 0 \(0 B\)/);
  assert.match(text.stdout, /complete: 3 blobs, 4 B\.$/m);

  const restoredDir = join(await dataFolder(context), "restored");
  const restoredIn = within(environment, restoredDir);
  await mkdir(restoredDir);
  await writeFile(join(restoredDir, "restore.json"), await readFile(join(target, "backup.json")));
  const unfinished = await runCommand(["serve"], restoredIn);
  assert.equal(unfinished.code, 1);
  assert.match(unfinished.stderr, /is not complete.*Run the same `consigne-server restore` again/s);
  const restored = await runOperator(["restore", target, "--json"], restoredIn, dataDir);
  assert.equal(restored.code, 0, restored.stderr);
  assert.equal((JSON.parse(restored.stdout) as Record<string, unknown>)["copied"], 3);
  const again = await runOperator(["restore", target], restoredIn);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is not empty .*Nothing was changed/);
  const other = await startProcess(context, restoredIn);
  const texts = await Promise.all(
    (await listFiles(other.url)).map(async ({ filename, url }) => [filename, await download(other.url, url)]),
  );
  assert.deepEqual(Object.fromEntries(texts), { "empty.txt": "", "one.txt": "1", "three.txt": "333" });
});

test("refuses a target that is not a folder for this backup and changes nothing", async (context) => {
  const { dataDir, environment, run, report, target } = await began(context);
  const others = await dataFolder(context);
  await writeFile(join(others, "report.odt"), "x");
  const ofAnother = await dataFolder(context);
  await writeFile(join(ofAnother, "backup.json"), JSON.stringify({ format: 1, store: "another0store000" }));
  const newer = await dataFolder(context);
  await writeFile(join(newer, "backup.json"), JSON.stringify({ format: 2, store: "another0store000" }));
  const cases: [string, RegExp][] = [
    [dataDir, /is the data folder/],
    [join(dataDir, "copy"), /is inside it or contains it/],
    [join(dataDir, ".."), /is inside it or contains it/],
    [others, /holds other files \("report\.odt"\)/],
    [ofAnother, /the backup of another server/],
    [newer, /by a newer version/],
  ];
  for (const [folder, said] of cases) {
    // Around the data folder, other tests create theirs meanwhile.
    const isOurs = (name: string) => folder !== join(dataDir, "..") || /^(?:backup|bytes|consigne\.)/.test(name);
    const list = async () => (await readdir(folder).catch(() => undefined))?.filter(isOurs);
    const before = await list();
    const { code, stderr } = await run("backup", folder);
    assert.equal(code, 1);
    assert.match(stderr, said);
    assert.match(stderr, /Nothing was changed/);
    assert.deepEqual(await list(), before);
  }
  if (existsSync("/proc/self")) {
    const nowhere = await run("backup", "/proc/no-such");
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /\/proc\/no-such cannot be created: no such file or folder\. Nothing was copied/);
  }
  await report(0, "backup", target);
  await rename(join(target, "bytes"), join(target, "own"));
  await symlink(join(dataDir, "bytes"), join(target, "bytes"));
  const linked = await run("backup", target);
  assert.equal(linked.code, 1);
  assert.match(linked.stderr, /leads to the server's own stored data.*Nothing was changed/);
  await rm(join(target, "bytes"));
  await rename(join(target, "own"), join(target, "bytes"));
  // A server may change what it starts from, so it is no longer a backup.
  const server = await startProcess(context, within(environment, target));
  server.child.kill("SIGTERM");
  await server.finished;
  const { code, stderr } = await run("backup", target);
  assert.equal(code, 1);
  assert.match(stderr, /a server has started from this backup/);
  const restore = await runOperator(["restore", target], within(environment, join(others, "data")), others);
  assert.match(restore.stderr, /a server has started from this backup.*Nothing was changed/);
});

test("no other command uses a backup while it is made, and none is made while another uses it", async (context) => {
  const { environment, target, run, report } = await began(context);
  await report(0, "backup", target);
  const inBackup = (...args: string[]) => runOperator(args, within(environment, target));
  const elsewhere = join(await dataFolder(context), "another");
  const commands = [["fsck"], ["collect"], ["migrate"], ["user", "list"], ["backup", elsewhere]];
  {
    using _ = holdDataFolder(join(target, "server.lock"));
    for (const args of commands) {
      const { code, stderr } = await inBackup(...args);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, /a backup, a restore or another command is using .*Nothing was changed/, args.join(" "));
    }
    assert.equal((await run("backup", target)).code, 1);
  }
  for (const args of commands) {
    const { code, stderr } = await inBackup(...args);
    assert.equal(code, 0, args.join(" ") + stderr);
  }
  await report(0, "backup", target);
});

test("copies the rows again if bytes were removed before they were copied", async (context) => {
  const { dataDir, environment, server, target } = await began(context);
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`${at}.txt`, `content ${at}`]));
  await upload(server.url, files);
  const removed = (await listFiles(server.url)).slice(0, 20);
  const body = JSON.stringify({ files: removed.map(({ url }) => ({ url })) });
  const script = `
    const { DatabaseSync } = await import("node:sqlite");
    const headers = { "content-type": "application/json", authorization: "Bearer ${knownAdmin.CONSIGNE_ADMIN_API_KEY}" };
    await fetch("${server.url}/v1/file/rm.cgi", { method: "POST", headers, body: ${JSON.stringify(body)} });
    const pack = new DatabaseSync("${dataDir}/bytes/packs/small.sqlite", { timeout: 10000 });
    const count = () => pack.prepare("select count(*) as count from names").get().count;
    while (count() > 20) await new Promise((resolve) => setTimeout(resolve, 20));`;
  let isRemoved = false;
  const report = await runBackup({
    dataDir,
    directory: target,
    isDeep: false,
    // Some are copied by now, and most are not: none will be until this returns.
    onProgress: () => {
      if (isRemoved) return;
      isRemoved = true;
      const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
      assert.equal(status, 0, stderr.toString());
    },
  });
  assert.deepEqual([report.rounds, report.contents, report.findings], [2, 20, []]);
  using copied = storedBytes(target);
  assert.equal(copied.keys().length, 20);
  await isSound(environment, target);
});

test("names files with damaged or lost bytes, and keeps intact ones of an earlier backup", async (context) => {
  const { dataDir, environment, server, target, run, report } = await began(context);
  await upload(server.url, { "early.txt": "early", "whole.txt": "whole" });
  await report(0, "backup", target);
  await upload(server.url, { "rotten.txt": "rotten", "lost.txt": "lost" });
  using stored = storedBytes(dataDir);
  stored.replace(stored.keyOf("early"), "EARLY");
  stored.replace(stored.keyOf("rotten"), "ROTTEN");
  stored.remove(stored.keyOf("lost"));
  assert.equal((await run("fsck", "--deep")).code, 3);
  const told = (findings: Record<string, unknown>[]) =>
    findings
      .map(({ problem, files, isKept }) =>
        [(files as { name: string }[])[0]?.name, problem, isKept].map(String).join(" "),
      )
      .toSorted();
  const { findings } = await report(3, "backup", target);
  assert.deepEqual(told(findings), [
    "early.txt content-damaged true",
    "lost.txt bytes-missing false",
    "rotten.txt content-damaged false",
  ]);
  const text = await run("backup", target);
  assert.match(
    text.stdout,
    /: data damaged: "early\.txt" \(\w+\) of owner@example\.org; the backup has an intact copy from earlier$/m,
  );
  assert.match(text.stdout, /: data missing: "lost\.txt" \(\w+\) of owner@example\.org; not in the backup$/m);

  using copied = storedBytes(target);
  copied.replace(copied.keyOf("whole"), "WHOLE");
  assert.equal((await report(3, "backup", target))["copied"], 0, "existing bytes are not read");
  assert.equal((await report(3, "backup", target, "--deep"))["copied"], 1);
  assert.ok(copied.keyOf("whole"));

  const restoredIn = within(environment, join(await dataFolder(context), "restored"));
  const restored = await runOperator(["restore", target, "--json"], restoredIn, dataDir);
  assert.equal(restored.code, 3, restored.stderr);
  assert.deepEqual(told((JSON.parse(restored.stdout) as { findings: Record<string, unknown>[] }).findings), [
    "lost.txt bytes-missing false",
    "rotten.txt bytes-missing false",
  ]);
  const other = await startProcess(context, restoredIn);
  const [early] = (await listFiles(other.url)).filter(({ filename }) => filename === "early.txt");
  assert.equal(await download(other.url, early?.url ?? ""), "early");
  assert.ok(!existsSync(join(restoredIn["CONSIGNE_DATA_DIR"] ?? "", "backup.json")));
});

test("rows that are damaged or from a newer version never replace others, in a backup or outside", async (context) => {
  const { dataDir, environment, server, target, run, report } = await began(context);
  await upload(server.url, { "one.txt": "1" });
  server.child.kill("SIGTERM");
  await server.finished;
  await report(0, "backup", target);
  const before = await readFile(join(target, "consigne.sqlite"));
  const rows = new DatabaseSync(join(dataDir, "consigne.sqlite"));
  rows.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '')");
  const ofNewer = await run("backup", target);
  assert.equal(ofNewer.code, 1);
  assert.match(ofNewer.stderr, /by a newer version of Consigne\. Nothing was changed/);
  rows.exec("delete from kysely_migration where name = '9999-later'");
  rows.close();
  await damageIndex(join(dataDir, "consigne.sqlite"));
  const backup = await run("backup", target);
  assert.equal(backup.code, 1);
  assert.match(backup.stderr, /is damaged \(.+\)\. It was not copied, and an earlier backup is unchanged/);
  assert.deepEqual(await readFile(join(target, "consigne.sqlite")), before);

  await damageIndex(join(target, "consigne.sqlite"));
  const check = await runOperator(["fsck", "--deep"], within(environment, target));
  assert.equal(check.code, 1);
  assert.match(check.stderr, /is damaged \(.+\)\. Nothing was changed/);
  const restoredIn = within(environment, join(await dataFolder(context), "restored"));
  const restore = await runOperator(["restore", target], restoredIn, dataDir);
  assert.equal(restore.code, 1);
  assert.match(restore.stderr, /is damaged \(.+\)\. It cannot be restored/);
  await writeFile(join(target, "consigne.sqlite"), before);
  assert.equal((await runOperator(["restore", target], restoredIn, dataDir)).code, 0);
});
