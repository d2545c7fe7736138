import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

async function found({ ok }: Pick<Person, "ok">): Promise<string> {
  const lines = jsonLines((await ok(["find", ":/", "--json=path"])).stdout);
  return lines
    .map(({ path }) => String(path))
    .toSorted()
    .join(" ");
}

test("what rm removed is listed, and comes back by its number or by its place", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run } = person;
  assert.equal((await ok(["trash"])).stdout, "");
  const { url } = await server.seed.file("/d/sub/a.txt", "abc");
  await server.seed.file("/b.txt", "b");
  await ok(["rm", "-r", "--yes", ":/d"]);
  await ok(["rm", ":/b.txt"]);
  assert.equal(await found(person), "");
  const listed = jsonLines((await ok(["trash", "ls", "--json"])).stdout);
  assert.deepEqual(
    listed.map(({ kind, path, name, sizeBytes }) => [kind, path, name, sizeBytes]),
    [
      ["file", "/", "b.txt", 1],
      ["folder", "/", "d", 0],
      ["folder", "/d", "sub", 0],
      ["file", "/d/sub", "a.txt", 3],
    ],
  );
  assert.match((await ok(["trash"])).stdout, /^\d+ {2}.+ {2}1 B {2}:\/b\.txt\n/);
  assert.match((await ok(["trash", "restore", "--dry-run", ":/d"])).stdout, /^would restore :\/d\n/);
  assert.match((await ok(["trash", "restore", ":/d"])).stdout, /^restored :\/d\nrestored :\/d\/sub\nrestored/);
  assert.equal((await ok(["link", ":/d/sub/a.txt"])).stdout.trim(), url, "the link is as it was");
  await server.seed.file("/b.txt", "new");
  assert.equal((await ok(["trash", "restore", String(listed[0]?.["id"])])).stdout, "restored :/b (2).txt\n");
  assert.equal(await found(person), "/b (2).txt /b.txt /d /d/sub /d/sub/a.txt");
  assert.equal((await run(["trash", "restore", ":/d"])).code, 4);
  assert.equal((await run(["trash", "restore", "d"])).code, 2);
});

test("the trash is emptied after a question, and rm can pass it by", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run } = person;
  for (const name of ["a", "b", "c"]) await server.seed.file(`/${name}`, name);
  await ok(["rm", ":/a", ":/b"]);
  const count = async () => jsonLines((await ok(["trash", "--json"])).stdout).length;
  assert.equal((await run(["trash", "empty"])).code, 2, "nobody to ask");
  assert.match((await ok(["trash", "empty", "--dry-run"])).stderr, /everything in the trash \(2 items, 2 B\)/);
  assert.equal(await count(), 2);
  await ok(["rm", "--for-good", ":/c"]);
  assert.equal(await count(), 2);
  await ok(["trash", "empty", "--yes", ":/a"]);
  assert.equal(await count(), 1);
  await ok(["trash", "empty", "--yes"]);
  assert.equal(await count(), 0);
});
