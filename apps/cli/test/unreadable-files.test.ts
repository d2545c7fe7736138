import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { newPerson } from "./_terminal.ts";
import { makeUnreadable } from "./_unreadable.ts";

const same = "MINE";
const other = "mine, of another size";

for (const [what, content] of [
  ["the same size", same],
  ["another size", other],
] as const) {
  test(`sync from the server keeps an unreadable local file of ${what}`, async (t) => {
    const { server, run, home } = await newPerson(t);
    await server.seed.file("/tree/a.txt", "sent");
    await server.seed.file("/tree/deep/b.txt", "more");
    await mkdir(join(home, "tree"));
    const path = join(home, "tree", "a.txt");
    await writeFile(path, content);
    makeUnreadable(t, path);
    for (const options of [[], ["--checksum"], ["--delete"], ["--dry-run"]]) {
      const { code, stderr } = await run(["sync", ...options, ":/tree", join(home, "tree")]);
      assert.equal(code, 3, stderr);
      assert.equal(stderr.match(/^ {2}a\.txt: unreadable, permission denied$/gm)?.length, 1, stderr);
      assert.equal(await readFile(path, "utf8"), content);
    }
    assert.equal(await readFile(join(home, "tree", "deep", "b.txt"), "utf8"), "more");
  });

  test(`get does not replace an unreadable local file of ${what}`, async (t) => {
    const { server, run, home } = await newPerson(t);
    await server.seed.file("/tree/a.txt", "sent");
    await server.seed.file("/tree/b.txt", "more");
    await mkdir(join(home, "tree"));
    const path = join(home, "tree", "a.txt");
    await writeFile(path, content);
    makeUnreadable(t, path);
    const single = await run(["get", ":/tree/a.txt", path]);
    assert.equal(single.code, 1, single.stderr);
    assert.match(single.stderr, /a\.txt: permission denied/);
    const whole = await run(["get", "-r", ":/tree", home]);
    assert.equal(whole.code, 3, whole.stderr);
    assert.match(whole.stderr, /a\.txt: .*permission denied/);
    assert.equal(await readFile(path, "utf8"), content);
    assert.equal(await readFile(join(home, "tree", "b.txt"), "utf8"), "more");
  });
}

for (const content of [same, other]) {
  test(`--no-clobber keeps an unreadable file of ${content.length} bytes on either side`, async (t) => {
    const { server, ok, home } = await newPerson(t);
    await server.seed.file("/a.txt", "sent");
    const path = join(home, "a.txt");
    await writeFile(path, content);
    makeUnreadable(t, path);
    assert.match((await ok(["get", "--no-clobber", ":/a.txt", path])).stderr, /^kept: /m);
    assert.match((await ok(["put", "--no-clobber", path, ":/"])).stderr, /^kept: /m);
    assert.equal(await readFile(path, "utf8"), content);
    assert.equal((await ok(["cat", ":/a.txt"])).stdout, "sent");
  });
}

test("--delete does not replace an unreadable file with a folder", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/tree/name/b.txt", "more");
  await mkdir(join(home, "tree"));
  const path = join(home, "tree", "name");
  await writeFile(path, other);
  makeUnreadable(t, path);
  const { code, stderr } = await run(["sync", "--delete", ":/tree", join(home, "tree")]);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^ {2}name: unreadable, permission denied$/m);
  assert.equal(await readFile(path, "utf8"), other);
});

test("sync --delete keeps an unreadable file that the server lacks, and says so", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/tree/kept.txt", "sent");
  const tree = join(home, "tree");
  // On its own, and in a folder that is removed.
  const names = ["own.txt", "gone/deep/own.txt"];
  const unreadable = names.map((name) => join(tree, name));
  for (const path of unreadable) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, other);
  }
  const readable = [join(tree, "old.txt"), join(tree, "gone/old.txt")];
  for (const path of readable) await writeFile(path, "may go");
  makeUnreadable(t, ...unreadable);
  for (const options of [["--dry-run"], [], ["--checksum"]]) {
    const { code, stderr } = await run(["sync", "--delete", ...options, ":/tree", tree]);
    assert.equal(code, 3, stderr);
    for (const name of names) assert.ok(stderr.includes(`\n  ${name}: unreadable, permission denied\n`), stderr);
    for (const path of unreadable) assert.equal(await readFile(path, "utf8"), other);
  }
  for (const path of readable) await assert.rejects(readFile(path), { code: "ENOENT" });
});

test("an unreadable file inside a folder that a file should replace keeps sync --delete from removing anything", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/tree/name", "a file where there is a folder here");
  const tree = join(home, "tree");
  const unreadable = join(tree, "name", "own.txt");
  await mkdir(dirname(unreadable), { recursive: true });
  await writeFile(unreadable, other);
  await writeFile(join(tree, "old.txt"), "stays");
  makeUnreadable(t, unreadable);
  const { code, stderr } = await run(["sync", "--delete", ":/tree", tree]);
  assert.equal(code, 3, stderr);
  assert.ok(stderr.includes("\n  name/own.txt: unreadable, permission denied\n"), stderr);
  assert.equal(await readFile(unreadable, "utf8"), other);
  assert.equal(await readFile(join(tree, "old.txt"), "utf8"), "stays");
});
