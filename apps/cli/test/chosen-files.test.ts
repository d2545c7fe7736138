import assert from "node:assert/strict";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { startFaultyServer } from "@consigne/testkit";
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

test("put --files-from uploads the files in a list, one per line or separated by NUL", async (t) => {
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

test("a value that is neither an age nor a date is refused with an example of each", async (t) => {
  const { run } = await newPerson(t);
  for (const flag of ["--newer", "--older"]) {
    for (const text of ["yesterday", "2026-13-01", ""]) {
      const { code, stderr } = await run(["find", flag, text]);
      assert.deepEqual(
        [code, stderr],
        [2, `consigne: ${flag} takes an age such as 7d or a date such as 2026-01-31, not "${text}".\n`],
      );
    }
  }
});

test("get --files-from downloads the files in a list", async (t) => {
  const { server, ok, home } = await newPerson(t);
  await server.seed.file("/one/a.txt", "a");
  await server.seed.file("/two/b.txt", "b");
  await server.seed.file("/two/c.txt", "c");
  const target = await filesAt(home, {});
  await mkdir(target, { recursive: true });
  await ok(["get", "--files-from", "-", target], { stdin: ":/one/a.txt\n:/two/b.txt\n" });
  assert.deepEqual((await readdir(target)).toSorted(), ["a.txt", "b.txt"]);
});

test("sync --files-from transfers the listed paths and removes nothing else", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run, home } = person;
  const folder = await filesAt(home, { "a.txt": "a", "sub/b.txt": "b", "sub/deep/c.txt": "c", "d.txt": "d" });
  await server.seed.file("/t/kept.txt", "kept");
  await server.seed.file("/t/sub/gone.txt", "gone");
  const list = ["./a.txt", "sub/"].join("\n");
  await ok(["sync", "--delete", "--files-from", "-", folder, ":/t"], { stdin: list });
  assert.deepEqual(await onServer(person, ":/t"), ["/t/a.txt", "/t/kept.txt", "/t/sub/b.txt", "/t/sub/deep/c.txt"]);
  assert.equal((await run(["sync", "--files-from", "-", folder, ":/t"], { stdin: "../x\n" })).code, 2);
});

test("a missing file in the list is named with exit code 3, and the others are transferred", async (t) => {
  const person = await newPerson(t);
  const { server, run, home } = person;
  const folder = await filesAt(home, { "a.txt": "a", "sub/b.txt": "b" });
  await server.seed.file("/t/c.txt", "c");
  const back = join(home, "back");
  for (const [line, shown] of [
    [["put", "--files-from", "-", ":/put/"], /none\.txt: no such file or folder/],
    [["sync", "--files-from", "-", folder, ":/t"], /upload none\.txt: listed, but not in the source/],
    [["sync", "--delete", "--files-from", "-", folder, ":/t"], /upload none\.txt: listed, but not in the source/],
    [["sync", "--dry-run", "--files-from", "-", folder, ":/t"], /upload none\.txt: listed, but not in the source/],
    [["sync", "--files-from", "-", ":/t", back], /download none\.txt: listed, but not in the source/],
  ] as const) {
    const isPut = line[0] === "put";
    const stdin = ["a.txt", "none.txt", "sub"].map((name) => (isPut ? join(folder, name) : name)).join("\n");
    const { code, stderr } = await run([...line, ...(isPut ? ["-r"] : [])], { stdin });
    assert.deepEqual([code, shown.test(stderr)], [3, true], `${line.join(" ")}: ${stderr}`);
  }
  assert.deepEqual(await onServer(person, ":/t"), ["/t/a.txt", "/t/c.txt", "/t/sub/b.txt"]);
  assert.deepEqual((await readdir(back)).toSorted(), ["a.txt", "sub"]);
  const { code, stdout } = await run(["check", "--files-from", "-", folder, ":/t"], { stdin: "a.txt\nnone.txt\n" });
  assert.deepEqual([code, stdout], [8, "missing     none.txt (listed, but on neither side)\n"]);
});

test("an empty list is reported, and nothing is done", async (t) => {
  const person = await newPerson(t);
  const { server, run, home } = person;
  const folder = await filesAt(home, { "a.txt": "a" });
  await server.seed.file("/t/c.txt", "c");
  const namesAtHome = async () => (await readdir(home)).filter((name) => !name.startsWith("."));
  const before = await namesAtHome();
  for (const line of [
    ["put", "--files-from", "-", ":/new/"],
    ["get", "--files-from", "-", join(home, "new/")],
    ["get", "--files-from", "-"],
    ["rm", "--files-from", "-"],
    ["sync", "--delete", "--files-from", "-", folder, ":/t"],
    ["sync", "--files-from", "-", ":/t", folder],
    ["check", "--files-from", "-", folder, ":/t"],
  ]) {
    for (const stdin of ["", "\n\n"]) {
      const { code, stdout, stderr } = await run(line, { stdin });
      assert.deepEqual(
        [code, stdout, stderr],
        [0, "", "The list on standard input is empty; nothing was done.\n"],
        line.join(" "),
      );
    }
  }
  assert.deepEqual(await onServer(person), ["/t/c.txt"]);
  assert.deepEqual(await namesAtHome(), before);
  for (const line of [["put", ":/x"], ["get"], ["rm"]]) assert.equal((await run(line)).code, 2, "without a list");
});

test("the output of find works unchanged with get, rm, sync and check", async (t) => {
  const person = await newPerson(t);
  const { server, ok, home } = person;
  for (const name of ["two\nlines.txt", " blanks .txt", "\u202eturned.txt", "plain.txt", "other.bin"])
    await server.seed.file(`/box/${name}`, name);
  await server.seed.file("/box/sub/deep.txt", "deep");
  await ok(["login", "--profile", "home", "--url", server.url, "--key-stdin", "--key-file"], { stdin: server.apiKey });
  for (const box of [":/box", "home:/box"]) {
    const found = await ok(["find", box, "--name", "*.txt", "--print0"]);
    const target = join(home, `got-${box.indexOf(":")}`);
    await ok(["get", "--files-from", "-", `${target}/`], { stdin: found.bytes });
    assert.equal((await readdir(target)).length, 5);
    const synced = join(home, `synced-${box.indexOf(":")}`);
    await ok(["sync", "--files-from", "-", box, synced], { stdin: found.bytes });
    assert.deepEqual(
      (await readdir(synced)).toSorted(),
      [...(await readdir(target)), "sub"].filter((name) => name !== "deep.txt").toSorted(),
    );
    await ok(["check", "--files-from", "-", box, synced], { stdin: found.bytes });
  }
  const folders = await ok(["find", ":/box", "--type", "d", "--print0"]);
  assert.equal(folders.stdout, ":/box/sub/\0");
  await ok(["get", "-r", "--files-from", "-", join(home, "folders/")], { stdin: folders.bytes });
  assert.deepEqual(await readdir(join(home, "folders", "sub")), ["deep.txt"]);
  const found = await ok(["find", ":/box", "--name", "*.txt", "--print0"]);
  await ok(["rm", "--files-from", "-"], { stdin: found.bytes });
  assert.deepEqual(await onServer(person), ["/box/other.bin"]);
});

test("rm with a list asks once for each folder, and removes a repeated entry once", async (t) => {
  await using server = await startFaultyServer();
  const { ok, home } = await newPerson(t);
  const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
  const names = Array.from({ length: 20 }, (_, number) => `f${number}.txt`);
  const folder = await filesAt(home, {
    ...Object.fromEntries(names.map((name) => [name, name])),
    "sub/deep/g.txt": "g",
  });
  await ok(["sync", folder, ":/up"], { variables });
  const found = (await ok(["find", ":/up", "--print0"], { variables })).stdout;
  server.requests.clear();
  const line = ["rm", "-r", "--yes", "--json", "--files-from", "-"];
  const { stdout } = await ok(line, { variables, stdin: found + found });
  assert.equal(jsonLines(stdout).length, 23, "21 files and 2 folders");
  const calls = server.requests.list("api").length;
  assert.ok(calls < 15, `${calls} calls`);
  assert.equal((await ok(["find", ":/up"], { variables })).stdout, "");
});

test("--newer and --older select by time, and skipped files are neither sent nor removed", async (t) => {
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

test("--max-transfer starts nothing beyond the limit, says what is left, and exits with 3", async (t) => {
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

test("sync --max-transfer leaves the rest to the next run, and removes nothing before everything is there", async (t) => {
  const person = await newPerson(t);
  const { server, run, ok, home } = person;
  const folder = await filesAt(home, { "a.bin": 600_000, "sub/b.bin": 600_000 });
  await server.seed.file("/t/old.txt", "old");
  const args = ["sync", "--delete", "--max-transfer", "1000000", folder, ":/t"];
  const first = await run([...args, "--json"]);
  assert.equal(first.code, 3, first.stderr);
  const summary = jsonLines(first.stdout).find(({ type }) => type === "summary");
  assert.deepEqual(summary?.["postponed"], { files: 1, bytes: 600_000 });
  assert.equal((await onServer(person, ":/t")).length, 2);
  await ok(args);
  assert.deepEqual(await onServer(person, ":/t"), ["/t/a.bin", "/t/sub/b.bin"]);
  const back = join(home, "back");
  assert.equal((await run(["sync", "--max-transfer", "700k", ":/t", back])).code, 3);
  await ok(["sync", "--max-transfer", "700k", ":/t", back]);
  assert.deepEqual(await readdir(join(back, "sub")), ["b.bin"]);
});

test("--max-duration stops a long run, and the same command completes it", async (t) => {
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
