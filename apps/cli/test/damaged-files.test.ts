import assert from "node:assert/strict";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { damageAll } from "./_damage.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

/** A user with the same files as the server, whose server has lost their bytes. */
async function personWithDamage(t: TestContext) {
  const person = await newPerson(t);
  const { server, ok, home } = person;
  const tree = join(home, "tree");
  await mkdir(tree);
  await writeFile(join(tree, "a.txt"), "precious");
  await ok(["put", "-r", tree, ":/"]);
  await damageAll(server);
  const files = async () => jsonLines((await ok(["ls", "--json=name,url,isDamaged", ":/tree"])).stdout);
  return { ...person, tree, files, cat: async () => (await ok(["cat", ":/tree/a.txt"])).stdout };
}

const ways: Record<string, (tree: string) => string[]> = {
  put: (tree) => ["put", join(tree, "a.txt"), ":/tree/"],
  "put -r": (tree) => ["put", "-r", tree, ":/"],
  sync: (tree) => ["sync", tree, ":/tree"],
  "sync --checksum": (tree) => ["sync", "--checksum", tree, ":/tree"],
  "sync --size-only": (tree) => ["sync", "--size-only", tree, ":/tree"],
  "sync --delete": (tree) => ["sync", "--delete", tree, ":/tree"],
};
for (const [name, line] of Object.entries(ways)) {
  test(`${name} uploads a file again if it is damaged on the server, and its link works again`, async (t) => {
    const { ok, tree, files, cat } = await personWithDamage(t);
    const [before] = await files();
    assert.equal(before?.["isDamaged"], true);
    await ok(line(tree));
    assert.deepEqual(await files(), [{ ...before, isDamaged: false }]);
    assert.equal(await cat(), "precious");
    await ok(line(tree));
    assert.deepEqual((await files()).length, 1);
  });
}

test("put --no-clobber reports a damaged copy on the server and how to restore it", async (t) => {
  const { ok, tree } = await personWithDamage(t);
  const { stderr } = await ok(["put", "--no-clobber", join(tree, "a.txt"), ":/tree/"]);
  assert.match(stderr, /^\/tree\/a\.txt is damaged on the server\. Run put without --no-clobber to restore it\.$/m);
  const [line] = jsonLines((await ok(["put", "--json", "--no-clobber", join(tree, "a.txt"), ":/tree/"])).stdout);
  assert.deepEqual([line?.["action"], line?.["isDamaged"]], ["kept", true]);
  await ok(["put", join(tree, "a.txt"), ":/tree/"]);
  assert.doesNotMatch((await ok(["put", "--no-clobber", join(tree, "a.txt"), ":/tree/"])).stderr, /damaged/);
});

test("a damaged file is replaced by different bytes under its link", async (t) => {
  const { ok, tree, files, cat } = await personWithDamage(t);
  const [before] = await files();
  await writeFile(join(tree, "a.txt"), "changed");
  await ok(["sync", tree, ":/tree"]);
  const [after, ...more] = await files();
  assert.deepEqual([more, after?.["isDamaged"], after?.["url"] === before?.["url"]], [[], false, true]);
  assert.equal(await cat(), "changed");
});

test("a damaged file is not used as the source of a copy or move on the server", async (t) => {
  const { ok, tree, cat } = await personWithDamage(t);
  await mkdir(join(tree, "below"));
  await writeFile(join(tree, "below", "b.txt"), "precious");
  await ok(["sync", "--delete", tree, ":/tree"]);
  assert.equal(await cat(), "precious");
  assert.equal((await ok(["cat", ":/tree/below/b.txt"])).stdout, "precious");
});

test("check reports a damaged file on the server, even by size only", async (t) => {
  const { run, tree } = await personWithDamage(t);
  for (const line of [
    ["check", tree, ":/tree"],
    ["check", ":/tree", tree],
    ["check", "--size-only", tree, ":/tree"],
  ]) {
    const { code, stdout } = await run(line);
    assert.deepEqual([code, stdout], [8, "differs     a.txt (damaged on the server)\n"], line.join(" "));
  }
});

test("sync from the server keeps the good local file, and names the damaged one", async (t) => {
  const { server, run, tree } = await personWithDamage(t);
  await server.seed.file("/tree/sound.txt", "sound");
  await writeFile(join(tree, "sound.txt"), "sound");
  for (const options of [[], ["--delete"], ["--checksum"], ["--size-only"]]) {
    const { code, stderr } = await run(["sync", ...options, ":/tree", tree]);
    assert.equal(code, 3, options.join(" "));
    assert.match(stderr, /a\.txt: damaged, upload it again to restore it/);
    assert.match(stderr, /done: 1 unchanged/);
    assert.equal(await readFile(join(tree, "a.txt"), "utf8"), "precious");
  }
});

test("sync --delete from the server keeps the last good copy of a damaged file under another name", async (t) => {
  const { server, run, tree } = await personWithDamage(t);
  await server.seed.file("/tree/sound.txt", "sound");
  await rename(join(tree, "a.txt"), join(tree, "renamed.txt"));
  const { code, stderr } = await run(["sync", "--delete", ":/tree", tree]);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /Nothing was removed, because not everything could be fetched/);
  assert.equal(await readFile(join(tree, "renamed.txt"), "utf8"), "precious");
});

test("get and cat report a damaged file, and keep the local one", async (t) => {
  const { run, home, tree } = await personWithDamage(t);
  const local = join(tree, "a.txt");
  for (const line of [
    ["get", ":/tree/a.txt", local],
    ["get", ":/tree/a.txt", join(home, "new.txt")],
    ["get", ":/tree/a.txt", "-"],
    ["cat", ":/tree/a.txt"],
  ]) {
    const { code, stdout, stderr } = await run(line);
    assert.deepEqual([code, stdout], [1, ""], line.join(" "));
    assert.match(stderr, /\/tree\/a\.txt is damaged on the server and cannot be fetched\. Upload the same file again/);
  }
  const { code, stderr } = await run(["get", "-r", ":/tree", home]);
  assert.notEqual(code, 0);
  assert.match(stderr, /is damaged on the server/);
  assert.equal(await readFile(local, "utf8"), "precious");
});

test("dedupe keeps the intact one of two files, whichever is requested", async (t) => {
  const { server, ok, run } = await newPerson(t);
  await server.seed.file("/a.txt", "old and lost");
  await damageAll(server);
  await server.seed.file("/a.txt", "sound");
  for (const keep of ["newest", "oldest", "first"]) {
    const { stdout } = await run(["dedupe", ":/", "--keep", keep]);
    assert.match(stdout, /^keep .*\(5 B\)/m, keep);
    assert.match(stdout, /^remove .*, damaged, different content\)/m, keep);
  }
  await ok(["dedupe", ":/", "--keep", "oldest", "--yes"]);
  assert.equal((await ok(["cat", ":/a.txt"])).stdout, "sound");
});

test("a refusal because of damage is reported at once, without retries", async (t) => {
  const { server, run, ok } = await newPerson(t);
  await server.seed.file("/a.txt", "lost");
  await damageAll(server);
  for (const line of [
    ["cp", ":/a.txt", ":/b.txt"],
    ["link", "--direct", ":/a.txt"],
  ]) {
    const { code, stderr } = await run([...line, "--verbose"]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /The stored data of this file is damaged/);
    assert.doesNotMatch(stderr, /retrying/);
  }
  await ok(["rm", ":/a.txt"]);
});

test("sync from the server names a file blocked by the operator, and downloads the others", async (t) => {
  const { server, run, home } = await newPerson(t);
  const { url } = await server.seed.file("/tree/blocked.txt", "blocked");
  await server.seed.file("/tree/free.txt", "free");
  await server.services.contentBlocks.block("operator", new URL(url).search.slice(1), "");
  const tree = join(home, "tree");
  const { code, stderr } = await run(["sync", ":/tree", tree]);
  assert.notEqual(code, 0);
  assert.match(
    stderr,
    /blocked\.txt: the operator of the server has blocked this file, so nobody can download it\. It is kept/,
  );
  assert.doesNotMatch(stderr, /get_token|#\d/);
  assert.equal(await readFile(join(tree, "free.txt"), "utf8"), "free");
});
