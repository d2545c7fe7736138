import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { jsonLines, newPerson } from "./_terminal.ts";

test("put and sync keep the link of what they replace, and what it was can be listed, fetched and restored", async (t) => {
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
  assert.notEqual(again.code, 0, "nothing here is replaced");
  assert.equal(await readFile(old, "utf8"), "first");
  const restore = ["versions", "restore", ":/tree/a.txt", String(first?.["id"])];
  assert.match((await ok([...restore, "--dry-run"])).stdout, /^would restore/);
  assert.equal((await ok(["cat", ":/tree/a.txt"])).stdout, "the third one");
  await ok(restore);
  assert.equal((await ok(["cat", ":/tree/a.txt"])).stdout, "first");
  assert.equal((await run(restore)).code, 4, "it is no older version any more");
  assert.equal((await run(["versions", "rm", ":/tree/a.txt"])).code, 2);
  const [removed] = jsonLines((await ok(["versions", "rm", "--all", "--yes", "--json", ":/tree/a.txt"])).stdout);
  assert.equal(removed?.["removed"], 2);
  assert.match((await ok(["versions", "ls", ":/tree/a.txt"])).stderr, /has no older versions/);
});
