import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { suite, test } from "node:test";
import { CommandWorld, treeOf } from "./_command-world.ts";

suite("consigne sync", { concurrency: 2 }, () => {
  test("sends a tree with at most four calls per folder and one per hundred files, then one per folder", async (t) => {
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

  test("updates, moves and removes, and announces it in a dry run", async (t) => {
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

  test("downloads a remote folder with all its names", async (t) => {
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

  test("refuses an empty source for a target with files even without --delete, and makes a missing target", async (t) => {
    const world = await CommandWorld.start(t, { "a.txt": "one" });
    await world.ok("sync", world.root, ":/backup");
    await rm(join(world.root, "a.txt"));
    const run = await world.run("sync", world.root, ":/backup");
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^consigne: The source is empty, but the target holds 1 file\..*mounted/);
    await world.ok("sync", world.root, ":/backup", "--allow-empty-source");
    assert.deepEqual(await world.remotePaths("backup"), ["a.txt=one"]);
    await world.ok("sync", world.root, ":/new");
    await world.ok("sync", world.root, ":/new");
    await world.ok("put", "-r", world.root, ":/new");
    await world.ok("sync", ":/new", join(world.folder, "back"));
    assert.deepEqual(await readdir(join(world.folder, "back")), [basename(world.root)]);
  });

  test("does what it can, names the failures, and exits with the partial code", async (t) => {
    const settings = { CONSIGNE_MAX_FILE_BYTES: "100" };
    const world = await CommandWorld.start(t, { "good.txt": "good", "long.txt": "l".repeat(101) }, { settings });
    const run = await world.run("sync", world.root, ":/backup", "--json");
    assert.equal(run.code, 3, run.stderr);
    assert.deepEqual(run.lines.filter(({ type }) => type === "failure").length, 1);
    assert.deepEqual(await world.remotePaths("backup"), ["good.txt=good"]);
  });

  test("explains what is wrong with a side that is not a folder, and changes nothing", async (t) => {
    const world = await CommandWorld.start(t, { "a.txt": "one" });
    await world.ok("put", join(world.root, "a.txt"), ":/file");
    await symlink("loop", join(world.folder, "loop"));
    const [root, file, none] = [world.root, join(world.root, "a.txt"), join(world.folder, "none")];
    const cases: [string[], number, RegExp][] = [
      [["sync", root, ":/file"], 10, /\/file is a file on the server, not a folder/],
      [["sync", root, ":/file/below"], 10, /\/file is a file on the server, not a folder/],
      [["put", "-r", root, ":/file"], 10, /\/file is a file on the server, not a folder/],
      [["sync", ":/file", root], 10, /\/file is a file on the server, not a folder/],
      [["check", root, ":/file"], 10, /\/file is a file on the server, not a folder/],
      [["sync", file, ":/new"], 10, /a\.txt is a file, not a folder/],
      [["check", file, ":/"], 10, /a\.txt is a file, not a folder/],
      [["sync", ":/", file], 10, /a\.txt is a file, not a folder/],
      [["sync", ":/", join(file, "below")], 10, /part of the path is a file, not a folder/],
      [["sync", none, ":/new"], 4, /none: no such file or folder/],
      [["check", none, ":/"], 4, /none: no such file or folder/],
      [["sync", ":/new", root], 4, /The source :\/new does not exist/],
      [["sync", join(world.folder, "loop"), ":/new"], 1, /too many symbolic links/],
    ];
    for (const [args, code, text] of cases) {
      const run = await world.run(...args);
      assert.equal(run.code, code, `${args.join(" ")}: ${run.stderr}`);
      assert.match(run.stderr, text, args.join(" "));
      assert.match(run.stderr, /^consigne: [^\n]*\n$/);
    }
    assert.deepEqual(await world.localPaths(), ["a.txt=one"]);
    const { stdout } = await world.ok("ls", ":/");
    assert.equal(stdout, "file\n");
  });

  test("exits with the partial code if a name cannot be transferred", async (t) => {
    const world = await CommandWorld.start(t, { "good.txt": "good" });
    await writeFile(Buffer.concat([Buffer.from(`${world.root}/bad`), Buffer.from([0xff])]), "no UTF-8");
    const run = await world.run("sync", world.root, ":/backup");
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stderr, /bad\ufffd: unusable name, it is not valid UTF-8/);
    assert.deepEqual(await world.remotePaths("backup"), ["good.txt=good"]);
    assert.equal((await world.run("put", "-r", world.root, ":/")).code, 3);
    const check = await world.run("check", world.root, ":/backup");
    assert.equal(check.code, 8);
    assert.match(check.stderr, /1 of those skipped could not be compared and may differ, so the exit code is 8\.$/m);
  });

  test("shows in a dry run what --max-delete would refuse", async (t) => {
    const world = await CommandWorld.start(t, { "a.txt": "one", "b.txt": "two", "c.txt": "three" });
    await world.ok("sync", world.root, ":/backup");
    await rm(join(world.root, "a.txt"));
    await rm(join(world.root, "b.txt"));
    const limited = ["sync", world.root, ":/backup", "--delete", "--max-delete", "1"];
    const refused = await world.run(...limited);
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /2 files would be removed, but --max-delete allows only 1.*--dry-run/);
    const dry = await world.run(...limited, "--dry-run");
    assert.deepEqual([dry.code, dry.stdout.trim().split("\n").toSorted()], [3, ["delete   a.txt", "delete   b.txt"]]);
    assert.match(dry.stderr, /A run would change nothing: 2 files would be removed, but --max-delete allows only 1\./);
    assert.equal((await world.remotePaths("backup")).length, 3);
  });

  test("ends with a plain line where no cache can be made", { skip: !existsSync("/proc/self") }, async (t) => {
    const world = await CommandWorld.start(t, { "a.txt": "one" });
    world.extraVariables["CONSIGNE_CACHE_DIR"] = "/proc/no-such/x";
    const run = await world.run("sync", world.root, ":/backup");
    assert.equal(run.code, 1);
    const text = "no such file or folder. CONSIGNE_CACHE_DIR sets another cache folder. Nothing was changed.";
    assert.equal(run.stderr, `consigne: The folder /proc/no-such/x/sync cannot be created: ${text}\n`);
    assert.deepEqual(await world.remotePaths("backup"), []);
  });

  test("respects a rate limit in both directions", async (t) => {
    const world = await CommandWorld.start(t, { "a.bin": "x".repeat(60_000) });
    const startedAt = performance.now();
    await world.ok("sync", world.root, ":/backup", "--bwlimit", "100k");
    const upMs = performance.now() - startedAt;
    await world.ok("sync", ":/backup", join(world.folder, "copy"), "--bwlimit", "100k");
    const bothMs = performance.now() - startedAt;
    // At 100 KiB/s, 60,000 bytes take at least 586 ms; an unlimited run takes almost none.
    assert.ok(upMs > 500 && bothMs > 1000, `${upMs} and ${bothMs} ms`);
  });
});

test("consigne check lists differences and sets its exit code", async (t) => {
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
    [8, ["only here only.txt", "differs other.txt (same size, different content)"]],
  );
});

test("consigne dedupe finds duplicates within one folder, and removes them only on request", async (t) => {
  const world = await CommandWorld.start(t, { "a/one.txt": "same", "b/one.txt": "same", "c/three.txt": "other" });
  await world.ok("sync", world.root, ":/backup");
  const backup = await world.remotePaths("backup");
  const none = await world.ok("dedupe", ":/", "--yes");
  assert.deepEqual([none.stdout, none.stderr], ["", "There are no duplicates.\n"]);
  assert.deepEqual(await world.remotePaths("backup"), backup, "a backup is no duplicate of what it is a backup of");
  await world.ok("put", "--keep-both", join(world.root, "a/one.txt"), ":/backup/a");
  await world.write("three.txt", "newer");
  await world.ok("put", "--keep-both", join(world.root, "three.txt"), ":/backup/c");
  const twice = await world.remotePaths("backup");
  const listed = await world.ok("dedupe", ":/backup");
  assert.match(listed.stdout, /^keep {3}a\/one\.txt \(4 B\) .*\nremove a\/one\.txt \(4 B\) .*\nkeep {3}c\/three\.txt/);
  assert.match(listed.stdout, /\nremove c\/three\.txt \(5 B, different content\) /);
  assert.match(
    listed.stderr,
    /^to be removed: 2 files, 9 B\n {2}:\/backup\/c: 1 file, 5 B\n {2}:\/backup\/a: 1 file, 4 B\ndifferent from the file that is kept: 1\n/,
  );
  assert.deepEqual(await world.remotePaths("backup"), twice);
  const [plan] = (await world.ok("dedupe", ":/backup", "--json")).lines;
  assert.deepEqual(plan, {
    type: "plan",
    duplicates: 2,
    duplicateBytes: 9,
    differing: 1,
    folders: [
      { path: "c", files: 1, bytes: 5, isAll: false },
      { path: "a", files: 1, bytes: 4, isAll: false },
    ],
  });
  await world.ok("dedupe", ":/backup", "--yes", "--exclude", "c");
  assert.deepEqual(await world.remotePaths("backup"), [...backup, "c/three.txt=newer"].toSorted());
});

test("consigne dedupe --by content says if nothing of a folder would be left", async (t) => {
  const world = await CommandWorld.start(t, { "a/one.txt": "same", "b/two.txt": "same", "c/three.txt": "other" });
  await world.ok("sync", world.root, ":/backup");
  const listed = await world.ok("dedupe", ":/backup", "--by", "content", "--keep", "first");
  assert.match(listed.stdout, /^keep {3}a\/one\.txt .*\nremove b\/two\.txt /);
  assert.match(listed.stderr, /^to be removed: 1 file, 4 B\n {2}:\/backup\/b: 1 file, 4 B, everything in it\n/);
  assert.equal((await world.remotePaths("backup")).length, 6);
  await world.ok("dedupe", ":/backup", "--by", "content", "--keep", "first", "--yes");
  assert.deepEqual(await world.remotePaths("backup"), ["a/", "a/one.txt=same", "b/", "c/", "c/three.txt=other"]);
  await readFile(join(world.root, "b/two.txt"));
});

test("with 1fichier.com's limits, no call is refused", async (t) => {
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

test("never sends more in one upload than the server says it accepts", async (t) => {
  const settings = { CONSIGNE_MAX_UPLOAD_FILES: "2" };
  const world = await CommandWorld.start(t, treeOf(1, 5), { settings });
  await world.ok("sync", world.root, ":/backup");
  assert.equal(world.server.requests.list(({ endpoint }) => endpoint === "upload.cgi").length, 3);
  await world.ok("check", world.root, ":/backup");
});

test("sync, check and dedupe pick the same one of two files with one name and time as get", async (t) => {
  const world = await CommandWorld.start(t, { "old/f.txt": "old", "new/f.txt": "new" });
  await world.ok("mkdir", ":/twice");
  // Sent one after the other: the later one is newer, whatever the second.
  for (let round = 0; round < 3; round++) {
    await world.ok("put", "--keep-both", join(world.root, "old/f.txt"), join(world.root, "new/f.txt"), ":/twice/");
    const fetched = join(world.root, `fetched${round}.txt`);
    await world.ok("get", ":/twice/f.txt", fetched);
    const newest = await readFile(fetched, "utf8");
    const target = join(world.root, `target${round}`);
    await world.ok("sync", ":/twice", target);
    assert.equal(await readFile(join(target, "f.txt"), "utf8"), newest);
    const check = await world.run("check", target, ":/twice");
    assert.match(check.stdout, /^only remote f\.txt \(an older file with this name\)$/m);
    await world.ok("dedupe", ":/twice", "--yes");
    assert.deepEqual(await world.remotePaths("twice"), [`f.txt=${newest}`]);
    await world.ok("rm", "--yes", ":/twice/f.txt");
  }
});
