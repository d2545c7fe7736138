import assert from "node:assert/strict";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

/** Files of a folder by name, with their contents. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}

async function write(home: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(home, path, ".."), { recursive: true });
    await writeFile(join(home, path), text);
  }
}

/** Every file on the server, with its folder. */
async function remoteFiles({ ok }: Person): Promise<string[]> {
  const found = jsonLines((await ok(["find", ":/", "--type", "f", "--json=path"])).stdout);
  return found.map(({ path }) => String(path)).toSorted();
}

test("get and sync keep files named like their own temporary ones", async (t) => {
  const { home, ok, server } = await newPerson(t);
  const own = { "a.part": "my own", "a.part.json": "{}", ".consigne-af63dc4c8601ec8c.part": "my own" };
  await server.seed.file("/a", "remote");
  await write(join(home, "d"), own);
  await ok(["get", ":/a", join(home, "d")]);
  assert.deepEqual(await contents(join(home, "d")), { ...own, a: "remote" });
  const film = { film: "1", "film.part": "2", "film.part.json": "3", "FILM.PART": "4" };
  await write(join(home, "s"), film);
  await ok(["sync", join(home, "s"), ":/s"]);
  for (const transfers of ["1", "4"]) {
    await ok(["sync", ":/s", join(home, `t${transfers}`), "--transfers", transfers]);
    await ok(["sync", ":/s", join(home, `t${transfers}`), "--delete"]);
    await ok(["get", "-r", ":/s", join(home, `g${transfers}`), "--transfers", transfers]);
    assert.deepEqual(await contents(join(home, `t${transfers}`)), film);
    assert.deepEqual(await contents(join(home, `g${transfers}/s`)), film);
  }
});

test("several sources that would end up as one file are refused before sending, by every command", async (t) => {
  const person = await newPerson(t);
  const { home, run, ok, server } = person;
  await write(home, { "a1/r.txt": "one", "b1/r.txt": "two", "a1/sub/x": "x", "b1/sub/y": "y" });
  for (const [path, text] of [
    ["/a/r.txt", "one"],
    ["/b/r.txt", "two"],
    ["/a/sub/x", "x"],
    ["/b/sub/y", "y"],
  ] as const) {
    await server.seed.file(path, text);
  }
  await Promise.all([server.seed.folder("/in"), mkdir(join(home, "l"))]);
  await symlink(join(home, "a1/sub"), join(home, "link"));
  const before = await remoteFiles(person);
  const [a1, b1, local] = [join(home, "a1"), join(home, "b1"), join(home, "l")];
  const commands: [args: string[], both: [string, string]][] = [
    [
      ["put", `${a1}/r.txt`, `${b1}/r.txt`, ":/in/"],
      [`${a1}/r.txt`, `${b1}/r.txt`],
    ],
    [
      ["put", "--no-clobber", `${a1}/r.txt`, `${b1}/r.txt`, ":/in"],
      [`${a1}/r.txt`, `${b1}/r.txt`],
    ],
    [
      ["put", "-r", `${a1}/sub`, `${b1}/sub`, ":/in"],
      [`${a1}/sub`, `${b1}/sub`],
    ],
    [
      ["put", "-r", join(home, "link"), `${b1}/sub`, ":/in"],
      [join(home, "link"), `${b1}/sub`],
    ],
    [
      ["get", ":/a/r.txt", ":/b/r.txt", local],
      [":/a/r.txt", ":/b/r.txt"],
    ],
    [
      ["get", "-r", ":/a/sub", ":/b/sub", local],
      [":/a/sub", ":/b/sub"],
    ],
    [
      ["get", "-r", ":/", ":/a", local],
      [":/", ":/a"],
    ],
    [
      ["mv", ":/a/r.txt", ":/b/r.txt", ":/in/"],
      ["/a/r.txt", "/b/r.txt"],
    ],
    [
      ["mv", ":/a/sub", ":/b/sub", ":/in/"],
      ["/a/sub", "/b/sub"],
    ],
    [
      ["cp", ":/a/r.txt", ":/b/r.txt", ":/in/"],
      ["/a/r.txt", "/b/r.txt"],
    ],
    [
      ["cp", "-r", ":/a/sub", ":/b/sub", ":/in/"],
      ["/a/sub", "/b/sub"],
    ],
  ];
  for (const [args, both] of commands) {
    for (const more of [[], ["--dry-run"]]) {
      const [command = "", ...others] = args;
      const { code, stderr, stdout } = await run([command, ...more, ...others]);
      assert.deepEqual([code, stdout], [10, ""], args.join(" "));
      for (const source of both) assert.ok(stderr.includes(source), `${args.join(" ")}: ${stderr}`);
    }
    assert.deepEqual([await remoteFiles(person), await readdir(local)], [before, []], args.join(" "));
  }
  const twice = await run(["put", `${a1}/r.txt`, `${a1}/r.txt`, ":/in"]);
  assert.deepEqual([twice.code, /r\.txt is named twice/.test(twice.stderr)], [10, true]);
  await ok(["put", "--keep-both", `${a1}/r.txt`, `${b1}/r.txt`, ":/in"]);
  assert.equal((await ok(["ls", ":/in"])).stdout, "r.txt\nr.txt\n");
});

test("mv moves nothing if one of several cannot be moved", async (t) => {
  const person = await newPerson(t);
  await person.server.seed.file("/a.txt", "a");
  await person.server.seed.file("/in/b.txt", "b");
  await person.server.seed.file("/c/b.txt", "c");
  const before = await remoteFiles(person);
  for (const last of [":/c/b.txt", ":/in", ":/none"]) {
    assert.notEqual((await person.run(["mv", ":/a.txt", last, ":/in/"])).code, 0);
    assert.deepEqual(await remoteFiles(person), before, last);
  }
});

test("a name chosen by get is free or has the same content, on every run", async (t) => {
  const { home, ok, server } = await newPerson(t);
  const own = { "r (2).txt": "my own", "r (3).txt": "mine too" };
  for (const text of ["oldest", "older", "newest"]) await server.seed.file("/in/r.txt", text);
  await server.seed.file("/in/r (4).txt", "of the server");
  const long = `${"é".repeat(125)}n.txt`;
  for (const text of ["long one", "long two"]) await server.seed.file(`/in/${long}`, text);
  await write(join(home, "l/in"), own);
  await symlink("nowhere", join(home, "l/in/r (5).txt"));
  for (let count = 0; count < 2; count++) {
    await ok(["get", "-r", ":/in", join(home, "l")]);
    const names = (await readdir(join(home, "l/in"))).toSorted();
    assert.deepEqual(
      names,
      [
        "r (2).txt",
        "r (3).txt",
        "r (4).txt",
        "r (5).txt",
        "r (6).txt",
        "r (7).txt",
        "r.txt",
        long,
        `${"é".repeat(123)} (2).txt`,
      ].toSorted(),
    );
    const found = Object.fromEntries(
      await Promise.all(
        names
          .filter((name) => name !== "r (5).txt")
          .map(async (name) => [name, await readFile(join(home, "l/in", name), "utf8")]),
      ),
    ) as Record<string, string>;
    assert.deepEqual({ ...found, ...own }, found);
    assert.equal(found["r (4).txt"], "of the server");
    assert.deepEqual([found["r.txt"], found["r (6).txt"], found["r (7).txt"]], ["newest", "older", "oldest"]);
  }
});
