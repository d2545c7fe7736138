import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { damageAll } from "./_damage.ts";
import { newPerson } from "./_terminal.ts";
import { makeUnreadable } from "./_unreadable.ts";

function timesNamed(stderr: string, path: string): number {
  return stderr.split(path).length - 1;
}

test("a source whose files are all damaged is not called empty, and nothing is removed because of it", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/tree/a.txt", "lost");
  await damageAll(server);
  const own = join(home, "tree", "own.txt");
  await mkdir(join(home, "tree"));
  await writeFile(own, "mine");
  for (const options of [["--dry-run"], []]) {
    const { code, stdout, stderr } = await run(["sync", "--delete", ...options, ":/tree", join(home, "tree")]);
    assert.equal(code, 3, stderr);
    assert.doesNotMatch(stderr, /source is empty/);
    assert.match(stderr, /^ {2}a\.txt: damaged/m);
    assert.match(stderr, /remove nothing|Nothing was removed/);
    assert.doesNotMatch(stdout, /delete/);
  }
  const forced = await run(["sync", "--delete", "--ignore-errors", ":/tree", join(home, "tree")]);
  assert.equal(forced.code, 1);
  assert.match(forced.stderr, /^consigne: Nothing in the source can be read, and --delete would remove the only file/);
  assert.equal(await readFile(own, "utf8"), "mine");
});

test("a source whose only folder cannot be listed is not called empty, and nothing is removed because of it", async (t) => {
  const { server, run, ok, home } = await newPerson(t);
  await server.seed.file("/tree/old.txt", "kept");
  const tree = join(home, "tree");
  await mkdir(join(tree, "closed"), { recursive: true });
  makeUnreadable(t, join(tree, "closed"));
  const { code, stderr } = await run(["sync", "--delete", tree, ":/tree"]);
  assert.equal(code, 3, stderr);
  assert.doesNotMatch(stderr, /source is empty/);
  assert.match(stderr, /^ {2}closed: unreadable, permission denied$/m);
  assert.equal((await ok(["cat", ":/tree/old.txt"])).stdout, "kept");
});

test("a source whose entries are all filtered out is not called empty", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/tree/old.txt", "kept");
  const tree = join(home, "tree");
  await mkdir(tree);
  await writeFile(join(tree, "a.tmp"), "x");
  const { code, stderr } = await run(["sync", "--delete", "--exclude", "*.tmp", tree, ":/tree"]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^consigne: Nothing in the source takes part in this sync, and --delete would remove/);
});

test("sync names an unreadable file once, and removes nothing", async (t) => {
  const { server, run, ok, home } = await newPerson(t);
  await server.seed.file("/tree/a.txt", "sent");
  await server.seed.file("/tree/old.txt", "kept");
  const tree = join(home, "tree");
  await mkdir(tree);
  await writeFile(join(tree, "a.txt"), "MINE");
  makeUnreadable(t, join(tree, "a.txt"));
  for (const options of [["--dry-run"], []]) {
    const { code, stdout, stderr } = await run(["sync", "--delete", ...options, tree, ":/tree"]);
    assert.equal(code, 3, stderr);
    assert.equal(timesNamed(`${stdout}${stderr}`, "a.txt"), 1, `${stdout}${stderr}`);
  }
  assert.equal((await ok(["cat", ":/tree/old.txt"])).stdout, "kept");
  assert.equal((await ok(["cat", ":/tree/a.txt"])).stdout, "sent");
});

test("check skips files that cannot be read locally, and names each once", async (t) => {
  const { server, run, home } = await newPerson(t);
  for (const path of ["closed/a.txt", "closed/deep/b.txt", "c.txt", "same.txt"]) {
    await server.seed.file(`/tree/${path}`, "sent");
  }
  const tree = join(home, "tree");
  await mkdir(join(tree, "closed"), { recursive: true });
  await writeFile(join(tree, "c.txt"), "MINE");
  await writeFile(join(tree, "same.txt"), "sent");
  makeUnreadable(t, join(tree, "closed"), join(tree, "c.txt"));
  for (const sides of [
    [tree, ":/tree"],
    [":/tree", tree],
  ]) {
    const { code, stdout, stderr } = await run(["check", ...sides]);
    assert.equal(code, 8, stderr);
    assert.equal(stdout, "");
    for (const path of ["closed", "c.txt"]) assert.equal(timesNamed(stderr, path), 1, stderr);
    assert.match(stderr, /^1 file \(4 B\) is the same, 0 differ\.\n2 of those skipped could not be compared/m);
  }
});

test("a dangling symbolic link is called that", async (t) => {
  const { run, home } = await newPerson(t);
  const tree = join(home, "tree");
  await mkdir(tree);
  await writeFile(join(tree, "a.txt"), "a");
  await symlink(join(home, "nothing"), join(tree, "dangling"));
  await symlink("a.txt", join(tree, "link"));
  const { stderr } = await run(["sync", tree, ":/tree"]);
  assert.match(stderr, /^ {2}dangling: symbolic link, its target does not exist$/m);
  assert.match(stderr, /^ {2}link: symbolic link$/m);
  assert.match((await run(["sync", "--copy-links", tree, ":/tree"])).stderr, /its target does not exist$/m);
});

test("something in the way of a part of the source keeps --delete from removing anything", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/tree/name", "a file, here there is a folder with a link in it");
  const tree = join(home, "tree");
  await mkdir(join(tree, "name"), { recursive: true });
  await symlink("nowhere", join(tree, "name", "link"));
  const own = join(tree, "own.txt");
  await writeFile(own, "the last copy, perhaps");
  const { code, stderr } = await run(["sync", "--delete", ":/tree", tree]);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /name: a folder with this name is in the way of a file/);
  assert.match(stderr, /Nothing was removed, because not everything could be fetched/);
  assert.equal(await readFile(own, "utf8"), "the last copy, perhaps");
});
