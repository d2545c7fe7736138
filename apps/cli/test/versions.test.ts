import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestServerOptions } from "@consigne/testkit";
import { jsonLines, newPerson } from "./_terminal.ts";

test("put and sync keep the link of a replaced file, whose older version can be listed, downloaded and restored", async (t) => {
  const { home, ok, run } = await newPerson(t);
  const tree = join(home, "tree");
  await mkdir(tree);
  const path = join(tree, "a.txt");
  const texts = ["first", "the second", "the third one"];
  const urls: unknown[] = [];
  for (const [at, text] of texts.entries()) {
    await writeFile(path, text);
    await ok(at === 2 ? ["sync", tree, ":/tree"] : ["put", "-r", tree, ":/"]);
    urls.push(...jsonLines((await ok(["ls", "--json=url", ":/tree"])).stdout).map((line) => line["url"]));
  }
  assert.equal(urls.length, 3);
  assert.equal(new Set(urls).size, 1);
  const list = async () => jsonLines((await ok(["versions", "ls", "--json", ":/tree/a.txt"])).stdout);
  const [second, first] = await list();
  assert.deepEqual([second?.["sizeBytes"], first?.["sizeBytes"]], [10, 5]);
  assert.match((await ok(["versions", "ls", ":/tree/a.txt"])).stdout, /^\d+ {2}.* {2}10 B\n\d+ {2}.* {2}5 B\n$/);
  const old = join(home, "old.txt");
  await ok(["versions", "get", ":/tree/a.txt", String(first?.["id"]), old]);
  assert.equal(await readFile(old, "utf8"), "first");
  const again = await run(["versions", "get", ":/tree/a.txt", String(second?.["id"]), old]);
  assert.notEqual(again.code, 0, "no local file is replaced");
  assert.equal(await readFile(old, "utf8"), "first");
  const restore = ["versions", "restore", ":/tree/a.txt", String(first?.["id"])];
  assert.match((await ok([...restore, "--dry-run"])).stdout, /^would restore/);
  assert.equal((await ok(["cat", ":/tree/a.txt"])).stdout, "the third one");
  await ok(restore);
  assert.equal((await ok(["cat", ":/tree/a.txt"])).stdout, "first");
  assert.equal((await run(restore)).code, 4, "it is no longer an older version");
  assert.equal((await run(["versions", "rm", ":/tree/a.txt"])).code, 2);
  const [removed] = jsonLines((await ok(["versions", "rm", "--all", "--yes", "--json", ":/tree/a.txt"])).stdout);
  assert.equal(removed?.["removed"], 2);
  assert.match((await ok(["versions", "ls", ":/tree/a.txt"])).stderr, /has no older versions/);
});

test("an older version is downloaded under its file's name into the given folder, and replaces no other file", async (t) => {
  const { home, ok, run } = await newPerson(t);
  const [path, target] = [join(home, "it's.txt"), join(home, "got")];
  await mkdir(target);
  for (const text of ["first", "second"]) {
    await writeFile(path, text);
    await ok(["put", path, ":/"]);
  }
  const [first] = jsonLines((await ok(["versions", "ls", "--json", ":/it's.txt"])).stdout);
  const get = ["versions", "get", ":/it's.txt", String(first?.["id"])];
  await ok([...get, target]);
  assert.equal((await run([...get, `${target}/`])).code, 10);
  assert.deepEqual(await readdir(target), ["it's.txt"]);
  const again = await run([...get, path]);
  assert.deepEqual([again.code, /already exists and was not replaced/.test(again.stderr)], [10, true], again.stderr);
  assert.equal(await readFile(path, "utf8"), "second");
});

test("a name that leads out of the folder is refused, for older versions too", async (t) => {
  let database: Parameters<NonNullable<TestServerOptions["replacePorts"]>>[0]["database"] | undefined;
  const { home, ok, run } = await newPerson(t, {
    replacePorts: (ports) => {
      ({ database } = ports);
      return ports;
    },
  });
  const around = join(home, "around");
  const [path, target] = [join(around, "a.txt"), join(around, "got")];
  await mkdir(target, { recursive: true });
  let url = "";
  for (const text of ["first", "second"]) {
    await writeFile(path, text);
    url = (await ok(["put", path, ":/"])).stdout.trim();
  }
  const [first] = jsonLines((await ok(["versions", "ls", "--json", url])).stdout);
  // A name that a malicious server might use.
  const id = new URL(url).search.slice(1) as never;
  await database?.transaction((rows) => rows.files.updateMany([{ id, changes: { name: "../outside" } }]));
  const refused = await run(["versions", "get", url, String(first?.["id"]), target]);
  assert.match(refused.stderr, /"\.\.\/outside" cannot be stored under its name/);
  assert.equal(refused.code === 0, false);
  assert.deepEqual(await readdir(around), ["a.txt", "got"]);
});
