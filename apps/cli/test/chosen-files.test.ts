import assert from "node:assert/strict";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

const DAY_MS = 86_400_000;

async function filesAt(home: string, files: Readonly<Record<string, number | string>>): Promise<string> {
  const folder = join(home, "files");
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === "number" ? Buffer.alloc(content, 7) : content);
  }
  return folder;
}

async function age(path: string, days: number): Promise<void> {
  const then = new Date(Date.now() - days * DAY_MS);
  await utimes(path, then, then);
}

async function onServer({ ok }: Person, path = ":/"): Promise<unknown[]> {
  return jsonLines((await ok(["find", path, "--type", "f", "--json"])).stdout).map((line) => line["path"]);
}

test("put --files-from sends what a list names, one a line or with NUL between them", async (t) => {
  const person = await newPerson(t);
  const { ok, run, home } = person;
  const folder = await filesAt(home, { "a.txt": "a", " odd\tname": "b", "two\nlines": "c", "not listed": "d" });
  const list = join(home, "list");
  await writeFile(list, `${join(folder, "a.txt")}\r\n\n${join(folder, " odd\tname")}\n`);
  await ok(["put", "--files-from", list, ":/"]);
  const nul = `${join(folder, "two\nlines")}\0${join(folder, "a.txt")}\0`;
  await ok(["put", "--files-from", "-", ":/"], { stdin: nul });
  assert.equal((await onServer(person)).length, 3);
  assert.equal((await run(["put", "--files-from", "-", "-", ":/x"], { stdin: "" })).code, 2);
  assert.equal((await run(["put", "--files-from", join(home, "none"), ":/"])).code, 2);
  await writeFile(list, Buffer.from([0x66, 0xff]));
  assert.match((await run(["put", "--files-from", list, ":/"])).stderr, /not valid UTF-8/);
});

test("get --files-from fetches what a list names", async (t) => {
  const { server, ok, home } = await newPerson(t);
  await server.seed.file("/one/a.txt", "a");
  await server.seed.file("/two/b.txt", "b");
  await server.seed.file("/two/c.txt", "c");
  const target = await filesAt(home, {});
  await mkdir(target, { recursive: true });
  await ok(["get", "--files-from", "-", target], { stdin: ":/one/a.txt\n:/two/b.txt\n" });
  assert.deepEqual((await readdir(target)).toSorted(), ["a.txt", "b.txt"]);
});

test("sync --files-from carries the listed paths and removes nothing else", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run, home } = person;
  const folder = await filesAt(home, { "a.txt": "a", "sub/b.txt": "b", "sub/deep/c.txt": "c", "d.txt": "d" });
  await server.seed.file("/t/kept.txt", "kept");
  await server.seed.file("/t/sub/gone.txt", "gone");
  const list = ["./a.txt", "sub/", "none.txt"].join("\n");
  await ok(["sync", "--delete", "--files-from", "-", folder, ":/t"], { stdin: list });
  assert.deepEqual(await onServer(person, ":/t"), ["/t/a.txt", "/t/kept.txt", "/t/sub/b.txt", "/t/sub/deep/c.txt"]);
  assert.equal((await run(["sync", "--files-from", "-", folder, ":/t"], { stdin: "../x\n" })).code, 2);
});

test("--newer and --older choose by time, and what they leave out is neither sent nor removed", async (t) => {
  const person = await newPerson(t);
  const { server, ok, home } = person;
  const folder = await filesAt(home, { "old.txt": "old", "new.txt": "new", "sub/older.txt": "older" });
  await age(join(folder, "old.txt"), 10);
  await age(join(folder, "sub/older.txt"), 30);
  await server.seed.file("/t/old.txt", "another version");
  await server.seed.file("/t/left.txt", "left");
  await ok(["sync", "--newer", "7d", "--delete", folder, ":/t"]);
  assert.deepEqual(await onServer(person, ":/t"), ["/t/new.txt", "/t/old.txt"]);
  await ok(["put", "--older", "20d", join(folder, "new.txt"), join(folder, "sub/older.txt"), ":/"]);
  await ok(["put", "-rp", "--older", "20d", folder, ":/whole"]);
  assert.deepEqual(await onServer(person, ":/whole"), ["/whole/files/sub/older.txt"]);
  const target = join(home, "back");
  await mkdir(target);
  await ok(["get", "--older", "2020-01-01", ":/t/new.txt", ":/t/old.txt", target]);
  assert.deepEqual(await readdir(target), []);
  await ok(["get", "--newer", "1h", ":/t/new.txt", target]);
  assert.equal(await readFile(join(target, "new.txt"), "utf8"), "new");
});

test("--max-transfer begins nothing that would make it more, says what is left, and ends with 3", async (t) => {
  const person = await newPerson(t);
  const { run, home } = person;
  const folder = await filesAt(home, { "a.bin": 600_000, "b.bin": 600_000, "c.bin": 100_000 });
  const names = ["a.bin", "b.bin", "c.bin"].map((name) => join(folder, name));
  const put = await run(["put", "--max-transfer", "800000", ...names, ":/"]);
  assert.equal(put.code, 3);
  assert.match(put.stderr, /1 file \(585\.9 KiB\) skipped: --max-transfer is reached/);
  assert.deepEqual(await onServer(person), ["/a.bin", "/c.bin"]);
  const target = join(home, "back");
  await mkdir(target);
  const got = await run(["get", "--max-transfer", "100000", "--transfers", "1", ":/a.bin", ":/c.bin", target]);
  assert.deepEqual([got.code, await readdir(target)], [3, ["c.bin"]]);
});

test("--max-transfer of sync leaves the rest for the next run, and removes nothing before all is there", async (t) => {
  const person = await newPerson(t);
  const { server, run, ok, home } = person;
  const folder = await filesAt(home, { "a.bin": 600_000, "sub/b.bin": 600_000 });
  await server.seed.file("/t/old.txt", "old");
  const args = ["sync", "--delete", "--max-transfer", "1000000", folder, ":/t"];
  const first = await run([...args, "--json"]);
  assert.equal(first.code, 3, first.stderr);
  const summary = jsonLines(first.stdout).at(-1);
  assert.deepEqual(summary?.["postponed"], { files: 1, bytes: 600_000 });
  assert.equal((await onServer(person, ":/t")).length, 2);
  await ok(args);
  assert.deepEqual(await onServer(person, ":/t"), ["/t/a.bin", "/t/sub/b.bin"]);
  const back = join(home, "back");
  assert.equal((await run(["sync", "--max-transfer", "700k", ":/t", back])).code, 3);
  await ok(["sync", "--max-transfer", "700k", ":/t", back]);
  assert.deepEqual(await readdir(join(back, "sub")), ["b.bin"]);
});

test("--max-duration stops a run that takes longer, and the same command does the rest", async (t) => {
  const person = await newPerson(t);
  const { run, ok, home } = person;
  const folder = await filesAt(home, { "a.bin": 3_000_000 });
  const args = ["put", join(folder, "a.bin"), ":/"];
  const { code, stderr } = await run([...args, "--bwlimit", "1k", "--max-duration", "1s"]);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /Stopped: --max-duration is over\./);
  assert.deepEqual(await onServer(person), []);
  await ok([...args, "--max-duration", "10m"]);
  assert.deepEqual(await onServer(person), ["/a.bin"]);
});
