import assert from "node:assert/strict";
import { test } from "node:test";
import { fault, startFaultyServer } from "@consigne/testkit";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

async function paths({ ok }: Pick<Person, "ok">): Promise<string> {
  const found = jsonLines((await ok(["find", ":/", "--json=path"])).stdout);
  return found
    .map(({ path }) => String(path))
    .toSorted()
    .join(" ");
}

test("mv renames, moves into folders, and refuses taken names", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run } = person;
  const { url } = await server.seed.file("/a.txt", "a");
  await server.seed.file("/d/b.txt", "b");
  await ok(["mv", ":/a.txt", ":/c.txt"]);
  assert.equal((await ok(["mv", "--dry-run", ":/c.txt", ":/d/"])).stdout, "would be moved: /c.txt -> /d/c.txt\n");
  assert.equal(await paths(person), "/c.txt /d /d/b.txt");
  await ok(["mv", ":/c.txt", ":/d/z.txt"]);
  assert.equal((await ok(["link", ":/d/z.txt"])).stdout.trim(), url, "the link stays");
  assert.equal((await run(["mv", ":/d/z.txt", ":/d/b.txt"])).code, 10);
  await server.seed.folder("/e");
  await ok(["mv", ":/d", ":/e/"]);
  await ok(["mv", ":/e/d", ":/e/f"]);
  assert.equal(await paths(person), "/e /e/f /e/f/b.txt /e/f/z.txt");
  assert.equal((await run(["mv", ":/e", ":/e/f/"])).code, 2);
  assert.equal((await run(["mv", ":/e/f/b.txt", ":/e/f/z.txt", ":/nowhere"])).code, 4);
  assert.equal((await run(["mv", "home:/a", "work:/b"])).code, 2);
});

test("cp copies files, links and, with -r, folders", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run } = person;
  const { url } = await server.seed.file("/d/sub/a.txt", "a");
  const { stdout } = await ok(["cp", ":/d/sub/a.txt", ":/b.txt"]);
  assert.notEqual(stdout.trim(), url);
  assert.equal((await ok(["cat", stdout.trim()])).stdout, "a");
  await ok(["cp", url, ":/linked.txt"]);
  assert.equal((await run(["cp", ":/d", ":/e"])).code, 2);
  await ok(["cp", "-r", ":/d", ":/e"]);
  assert.equal(await paths(person), "/b.txt /d /d/sub /d/sub/a.txt /e /e/sub /e/sub/a.txt /linked.txt");
});

test("rm removes files at once, asks before removing a folder, and does not guess without a terminal", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run } = person;
  await server.seed.files([
    { path: "/a.txt", content: "a" },
    { path: "/d/sub/b.txt", content: "b" },
  ]);
  await ok(["rm", "--dry-run", "-r", ":/d", ":/a.txt"]);
  await ok(["rm", ":/a.txt"]);
  assert.equal((await run(["rm", ":/a.txt"])).code, 4);
  await ok(["rm", "-f", ":/a.txt"]);
  assert.equal((await run(["rm", ":/d"])).code, 2);
  const unasked = await run(["rm", "-r", ":/d"]);
  assert.equal(unasked.code, 2);
  assert.match(unasked.stderr, /Remove \/d with 1 file and 1 folder below it\? Not a terminal/);
  const refused = await run(["rm", "-r", ":/d"], { isTerminal: true, isTyped: true, stdin: "n\n" });
  assert.equal(refused.code, 1);
  assert.equal(await paths(person), "/d /d/sub /d/sub/b.txt");
  await ok(["rm", "-r", ":/d"], { isTerminal: true, isTyped: true, stdin: "y\n" });
  await server.seed.file("/e/c.txt", "c");
  await ok(["rm", "-r", "--yes", ":/e"]);
  assert.equal(await paths(person), "");
  assert.equal((await run(["rm", "-r", "--yes", ":/"])).code, 2);
});

test("attr changes the note, the password and the access list", async (t) => {
  const { server, ok, run } = await newPerson(t);
  await server.seed.file("/a.txt", "a");
  const attr = await ok(["attr", "--description", "mine", "--inline", "yes", "--allow-country", "FR", ":/a.txt"]);
  assert.match(attr.stderr, /cannot recognise countries/);
  await ok(["attr", "--password-stdin", ":/a.txt"], { stdin: "secret words\n" });
  const facts = async () =>
    JSON.parse((await ok(["stat", "--json", "--password-stdin", ":/a.txt"], { stdin: "secret words" })).stdout);
  const { description, isInline, hasPassword, access } = (await facts()) as Record<string, unknown>;
  assert.deepEqual([description, isInline, hasPassword], ["mine", true, true]);
  assert.deepEqual((access as { countries: string[] }).countries, ["FR"]);
  await ok(["attr", "--no-password", "--everybody", ":/a.txt"]);
  const after = (await facts()) as Record<string, unknown>;
  assert.deepEqual([after["hasPassword"], after["access"]], [false, undefined]);
  assert.equal((await run(["attr", ":/a.txt"])).code, 2);
  assert.equal((await run(["attr", "--inline", "maybe", ":/a.txt"])).code, 2);
});

test("share gives a folder a public page and removes it", async (t) => {
  const { server, ok, run } = await newPerson(t);
  await server.seed.file("/f/a.txt", "a");
  assert.match((await ok(["share", ":/f"])).stderr, /is not shared/);
  assert.match((await ok(["share", "--dry-run", "--public", ":/f"])).stdout, /would be created/);
  const page = (await ok(["share", "--public", ":/f"])).stdout.trim();
  assert.equal((await fetch(page)).status, 200);
  assert.equal((await ok(["link", ":/f"])).stdout.trim(), page);
  assert.deepEqual(jsonLines((await ok(["share", "--json", "--private", ":/f"])).stdout), [{ path: "/f", shares: [] }]);
  assert.match((await ok(["share", ":/f"])).stderr, /is not shared/);
  assert.equal((await run(["share", "--public", "--private", ":/f"])).code, 2);
  assert.equal((await run(["share", "--with", "ann", ":/f"])).code, 2);
});

test("a server that cannot write changes nothing, and the command says how far it got and what to do", async (t) => {
  await using server = await startFaultyServer();
  const { run } = await newPerson(t);
  const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
  const full = "The server's disk is full, and nothing was changed; only its operator can make room #591";
  const refusal = fault.answer({ status: 507, body: { status: "KO", message: full } });
  await server.seed.folder("/e");
  for (const name of ["/d/a", "/d/b", "/d/sub/c"]) await server.seed.file(name, name);
  for (const [line, endpoint, before] of [
    [["rm", ":/d/a"], "file/rm", ""],
    [["mkdir", ":/new"], "folder/mkdir", ""],
    [["share", "--public", ":/d"], "folder/share", ""],
    [["attr", "--description", "x", ":/d/a"], "file/chattr", ""],
    [["cp", ":/d/a", ":/d/b", ":/"], "file/cp", "1 of 2 were copied before the failure below."],
    [["mv", ":/d/a", ":/d/b", ":/e/"], "file/mv", "1 of 2 were moved before the failure below."],
    [["rm", "-r", "--yes", ":/e/a", ":/d"], "x/v1/batch/change", "1 file was removed before the failure below."],
  ] as const) {
    let left = before.startsWith("1 of 2") ? 1 : 0;
    const rule = server.faults.add((request) => request.endpoint === endpoint && left-- <= 0, refusal, {
      times: Infinity,
    });
    const { code, stderr } = await run(line, { variables });
    rule.remove();
    assert.equal(code, 7, `${line.join(" ")}: ${stderr}`);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.at(-1)?.replace(/^consigne: \S+: | \[request .*\]/g, ""), full, line.join(" "));
    assert.deepEqual(lines.slice(0, -1), before === "" ? [] : [`consigne: ${before}`]);
  }
});
