import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fault, Gate, startFaultyServer } from "@consigne/testkit";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

async function found({ ok }: Pick<Person, "ok">): Promise<string> {
  const lines = jsonLines((await ok(["find", ":/", "--json=path"])).stdout);
  return lines
    .map(({ path }) => String(path))
    .toSorted()
    .join(" ");
}

test("removed files are listed, and restored by number or by path", async (t) => {
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
    listed.map(({ kind, path, name, sizeBytes, itemCount }) => [kind, path, name, sizeBytes, itemCount]),
    [
      ["file", "/", "b.txt", 1, 1],
      ["folder", "/", "d", 3, 3],
    ],
    "each named thing is one entry",
  );
  assert.match((await ok(["trash"])).stdout, /^\d+ {2}.+ {2}1 B {2}:\/b\.txt\n/);
  assert.match((await ok(["trash", "restore", "--dry-run", ":/d"])).stdout, /^would restore :\/d\n/);
  assert.match((await ok(["trash", "restore", ":/d"])).stdout, /^restored :\/d\n$/);
  assert.equal((await ok(["link", ":/d/sub/a.txt"])).stdout.trim(), url, "the link is as it was");
  await server.seed.file("/b.txt", "new");
  assert.equal((await ok(["trash", "restore", String(listed[0]?.["id"])])).stdout, "restored :/b (2).txt\n");
  assert.equal(await found(person), "/b (2).txt /b.txt /d /d/sub /d/sub/a.txt");
  assert.equal((await run(["trash", "restore", ":/d"])).code, 4);
  assert.equal((await run(["trash", "restore", "d"])).code, 2);
});

test("a path finds what was there by either spelling of its names", async (t) => {
  const { server, ok, run, home } = await newPerson(t);
  const spelled = [`it's "5$".txt`, " x ", "`y`"];
  for (const name of spelled) {
    const local = join(home, name);
    await writeFile(local, name);
    await ok(["put", local, ":/"]);
    await ok(["rm", `:/${name}`]);
    assert.match((await ok(["trash", "restore", `:/${name}`])).stdout, /^restored/);
    await ok(["rm", `:/${name}`]);
    assert.equal((await run(["trash", "restore", `:/${name}/`])).code, 4, "a folder is meant");
    await ok(["trash", "empty", "--yes", `:/${name}`]);
  }
  for (const name of ["it's", "it\uff07s"]) await server.seed.file(`/${name}`, name);
  await ok(["rm", ":/it's", ":/it\uff07s"]);
  await ok(["trash", "empty", "--yes", ":/it\uff07s"]);
  assert.equal(jsonLines((await ok(["trash", "--json=name"])).stdout)[0]?.["name"], "it's", "the other one is kept");
  await server.seed.file("/e\u0301", "decomposed");
  await ok(["rm", ":/e\u0301"]);
  assert.match((await ok(["trash", "restore", ":/\u00e9"])).stdout, /^restored/);
  await server.seed.file("/docs/a", "a");
  await server.seed.file("/docs (2)/b", "b");
  await ok(["rm", "-r", "--yes", ":/docs", ":/docs (2)"]);
  assert.equal((await ok(["trash", "restore", ":/docs/"])).stdout, "restored :/docs\n");
});

test("rm of folders and their contents makes one entry per top-level item, even if named twice", async (t) => {
  const { server, ok } = await newPerson(t);
  for (const path of ["/d/sub/a", "/d/b", "/e/c", "/f"]) await server.seed.file(path, path);
  const line = ["rm", "-r", "--yes", "--json=type,path", ":/d/sub", ":/d/b", ":/d/", ":/e", ":/e/c", ":/f", ":/d"];
  const removed = jsonLines((await ok(line)).stdout).map(({ type, path }) => `${String(type)} ${String(path)}`);
  const all = ["file /d/b", "file /e/c", "file /f", "folder /d", "folder /d/sub", "folder /e"];
  assert.deepEqual(
    removed.toSorted().map((each) => each.replace(/\/$/, "")),
    all,
  );
  const entries = jsonLines((await ok(["trash", "--json=name,itemCount"])).stdout);
  assert.deepEqual(entries, [
    { name: "e", itemCount: 2 },
    { name: "d", itemCount: 4 },
    { name: "f", itemCount: 1 },
  ]);
  await ok(["trash", "restore", ":/"]);
  assert.equal(await found({ ok }), "/d /d/b /d/sub /d/sub/a /e /e/c /f");
});

test("rm --for-good leaves in the trash what somebody added to the folder after the question", async (t) => {
  await using server = await startFaultyServer();
  const { run } = await newPerson(t);
  const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
  for (const path of ["/d/a", "/e/b"]) await server.seed.file(path, path);
  const gate = new Gate();
  server.faults.add((request) => request.endpoint === "x/v1/batch/change", fault.holdRequest(gate), { times: 1 });
  const running = run(["rm", "-r", "--yes", "--for-good", ":/d", ":/e"], { variables });
  await gate.reached;
  await server.seed.file("/d/new", "new");
  gate.open();
  const { code, stderr } = await running;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /d stays in the trash: it contained more than you were asked about/);
  const { stdout } = await run(["trash", "--json=name,itemCount"], { variables });
  assert.deepEqual(jsonLines(stdout), [{ name: "d", itemCount: 3 }]);
});

test("the trash is emptied after a question, and rm can bypass it", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run } = person;
  for (const name of ["a", "b", "c"]) await server.seed.file(`/${name}`, name);
  await ok(["rm", ":/a", ":/b"]);
  const count = async () => jsonLines((await ok(["trash", "--json"])).stdout).length;
  assert.equal((await run(["trash", "empty"])).code, 2, "there is nobody to ask");
  assert.match((await ok(["trash", "empty", "--dry-run"])).stderr, /everything in the trash \(2 items, 2 B\)/);
  assert.equal(await count(), 2);
  await ok(["rm", "--for-good", ":/c"]);
  assert.equal(await count(), 2);
  await ok(["trash", "empty", "--yes", ":/a"]);
  assert.equal(await count(), 1);
  await ok(["trash", "empty", "--yes"]);
  assert.equal(await count(), 0);
});
