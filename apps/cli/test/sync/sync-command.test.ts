import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { CommandWorld, treeOf } from "./_command-world.ts";

suite("consigne sync", { concurrency: 2 }, () => {
  test("sends a tree with at most four calls for each folder and one for each hundred files, then one for each", async (t) => {
    const world = await CommandWorld.start(t, treeOf(5, 30));
    const { lines } = await world.ok("sync", world.root, ":/backup", "--json");
    const first = world.server.requests.list("api").length;
    assert.ok(first <= 4 * 5 + 150 / 100, `${first} calls`);
    assert.deepEqual(
      [lines.filter(({ type, action }) => type === "step" && action === "upload").length, lines.at(-1)?.["complete"]],
      [150, true],
    );
    assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
    world.server.requests.clear();
    const again = await world.ok("sync", world.root, ":/backup", "--json");
    const calls = world.server.requests.list("api");
    assert.ok(calls.every(({ endpoint }) => endpoint === "folder/ls"));
    assert.ok(calls.length <= 1 + 1 + 5, `${calls.length} calls: the root, the folder and the five in it`);
    assert.equal(again.lines.at(-1)?.["unchangedFiles"], 150);
  });

  test("updates, moves, removes, and tells it beforehand", async (t) => {
    const world = await CommandWorld.start(t, { "a.txt": "one", "old/b.txt": "two", "gone.txt": "three" });
    await world.ok("sync", world.root, ":/backup");
    await world.write("a.txt", "ONE");
    await mkdir(join(world.root, "new"));
    await rename(join(world.root, "old/b.txt"), join(world.root, "new/b.txt"));
    await rm(join(world.root, "old"), { recursive: true });
    await rm(join(world.root, "gone.txt"));
    const before = await world.remotePaths("backup");
    const dry = await world.ok("sync", world.root, ":/backup", "--delete", "--dry-run");
    assert.deepEqual(dry.stdout.split("\n").filter(Boolean), [
      "mkdir    new",
      "move     old/b.txt -> new/b.txt (3 B)",
      "upload   a.txt (3 B)",
      "delete   gone.txt",
      "rmdir    old",
    ]);
    assert.deepEqual(await world.remotePaths("backup"), before);
    await world.ok("sync", world.root, ":/backup", "--delete");
    assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
  });

  test("brings a remote folder here, names and all", async (t) => {
    const world = await CommandWorld.start(t, { "it's <a>/née “ü”.txt": "one", "b/c/d.txt": "two" });
    await world.ok("sync", world.root, ":/backup");
    const copy = join(world.folder, "copy");
    await world.ok("sync", ":/backup", copy);
    assert.deepEqual(await world.localPaths(copy), await world.localPaths());
    world.server.requests.clear();
    await world.ok("sync", ":/backup", copy);
    assert.equal(world.server.requests.list("direct").length, 0);
    await world.ok("check", ":/backup", copy);
  });

  test("refuses to empty the target because the source is empty", async (t) => {
    const world = await CommandWorld.start(t, { "a.txt": "one" });
    await world.ok("sync", world.root, ":/backup");
    await rm(join(world.root, "a.txt"));
    const run = await world.run("sync", world.root, ":/backup", "--delete");
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^consigne: The source is empty.*--allow-empty-source/);
    assert.deepEqual(await world.remotePaths("backup"), ["a.txt=one"]);
  });

  test("does half of it, says what failed, and ends with the code for that", async (t) => {
    const world = await CommandWorld.start(t, { "good.txt": "good", ["n".repeat(252)]: "too long a name" });
    const run = await world.run("sync", world.root, ":/backup", "--json");
    assert.equal(run.code, 3, run.stderr);
    assert.deepEqual(run.lines.filter(({ type }) => type === "failure").length, 1);
    assert.deepEqual(await world.remotePaths("backup"), ["good.txt=good"]);
  });

  test("is held to a rate in both directions", async (t) => {
    const world = await CommandWorld.start(t, { "a.bin": "x".repeat(60_000) });
    const startedAt = performance.now();
    await world.ok("sync", world.root, ":/backup", "--bwlimit", "100k");
    const upMs = performance.now() - startedAt;
    await world.ok("sync", ":/backup", join(world.folder, "copy"), "--bwlimit", "100k");
    const bothMs = performance.now() - startedAt;
    // At 100 KiB/s 60,000 bytes take 586 ms at least; an unlimited run takes none of that.
    assert.ok(upMs > 500 && bothMs > 1000, `${upMs} and ${bothMs} ms`);
  });
});

test("consigne check tells differences and ends with a code", async (t) => {
  const world = await CommandWorld.start(t, { "same.txt": "same", "other.txt": "here" });
  await world.ok("sync", world.root, ":/backup");
  await world.ok("check", world.root, ":/backup");
  await world.write("other.txt", "HERE");
  await world.write("only.txt", "only here");
  const run = await world.run("check", world.root, ":/backup");
  assert.deepEqual(
    [
      run.code,
      run.stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => line.replace(/ +/g, " ")),
    ],
    [8, ["only here only.txt", "differs other.txt (same size, other content)"]],
  );
});

test("consigne dedupe lists duplicates and removes them on demand only", async (t) => {
  const world = await CommandWorld.start(t, { "a/one.txt": "same", "b/two.txt": "same", "c/three.txt": "other" });
  await world.ok("sync", world.root, ":/backup");
  const listed = await world.ok("dedupe", ":/backup", "--keep", "first");
  assert.match(listed.stdout, /^keep {3}a\/one\.txt .*\nremove b\/two\.txt /);
  assert.equal((await world.remotePaths("backup")).length, 6);
  await world.ok("dedupe", ":/backup", "--keep", "first", "--yes");
  assert.deepEqual(await world.remotePaths("backup"), ["a/", "a/one.txt=same", "b/", "c/", "c/three.txt=other"]);
  await readFile(join(world.root, "b/two.txt"));
});

test("under the original's limits no call is refused", async (t) => {
  const world = await CommandWorld.start(t, treeOf(3, 4), { limits: "authentic" });
  await world.ok("sync", world.root, ":/backup");
  await world.ok("sync", world.root, ":/backup");
  await world.ok("check", world.root, ":/backup");
  const refused = world.server.requests.list((request) => (request.status ?? 500) >= 400);
  assert.deepEqual(
    refused.map(({ endpoint, status }) => [endpoint, status]),
    [],
  );
  assert.deepEqual(await world.server.limits.locks(), []);
});

test("packs no more into one upload than the server says it takes", async (t) => {
  const settings = { CONSIGNE_MAX_UPLOAD_FILES: "2" };
  const world = await CommandWorld.start(t, treeOf(1, 5), { settings });
  await world.ok("sync", world.root, ":/backup");
  assert.equal(world.server.requests.list(({ endpoint }) => endpoint === "upload.cgi").length, 3);
  await world.ok("check", world.root, ":/backup");
});
