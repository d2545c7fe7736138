import assert from "node:assert/strict";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { filterOf } from "../../src/sync/trees/filter-rules.ts";
import { SyncError } from "../../src/sync/trees/sync-error.ts";
import type { SyncStep } from "../../src/sync/apply/run-record.ts";
import { Refusal } from "./_memory-remote.ts";
import { SyncWorld } from "./_sync-world.ts";

const isError = (code: string) => (error: unknown) => error instanceof SyncError && error.code === code;
const small = { "a.txt": "one", "docs/b.txt": "two", "docs/deep/c.txt": "three" };

test("a first upload makes the remote equal, with two calls per new folder and no listing of it", async (t) => {
  const world = await SyncWorld.make(t, small);
  await mkdir(join(world.root, "empty"));
  const record = await world.sync("up");
  assert.deepEqual(world.remote.paths(), await world.paths());
  assert.deepEqual([record.counts.upload, record.counts.mkdir, record.isComplete], [3, 3, true]);
  assert.deepEqual(
    world.remote.calls.filter((call) => call.startsWith("list")),
    ["list 0"],
  );
  assert.equal(world.remote.calls.length, 1 + 3 + 3);
});

test("a second run without changes makes one call per folder and sends nothing", async (t) => {
  const world = await SyncWorld.make(t, small);
  await world.sync("up");
  world.remote.calls.length = 0;
  const record = await world.sync("up");
  assert.deepEqual(world.remote.calls.toSorted(), ["list 0", "list 1", "list 2"].toSorted());
  assert.deepEqual([record.unchangedFiles, record.carriedBytes], [3, 0]);
});

test("files of one folder are sent together, up to the host's limit", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, number) => [`f${number}`, `content ${number}`]));
  const world = await SyncWorld.make(t, files);
  world.remote.limits = { files: 5, bytes: 500e9, fileBytes: 300e9, aloneBytes: 32 * 1024 ** 2 };
  await world.sync("up");
  const sent = world.remote.calls.filter((call) => call.startsWith("send")).map((call) => call.split(" ").length - 2);
  assert.deepEqual(
    sent.toSorted((one, other) => one - other),
    [2, 5, 5],
  );
});

test("a changed file with the same size and time is noticed and sent, and its old version removed afterwards", async (t) => {
  const world = await SyncWorld.make(t, small);
  await world.sync("up");
  await world.write("a.txt", "ONE");
  world.remote.calls.length = 0;
  await world.sync("up");
  assert.deepEqual(world.remote.paths(), await world.paths());
  assert.deepEqual(
    world.remote.calls.filter((call) => !call.startsWith("list")),
    ["send 0 a.txt", "remove 1"],
  );
});

test("a moved file is moved on the server with deletion, and copied without", async (t) => {
  for (const deletes of [true, false]) {
    const world = await SyncWorld.make(t, small);
    await world.sync("up");
    await mkdir(join(world.root, "new"));
    await rename(join(world.root, "docs/b.txt"), join(world.root, "new/b.txt"));
    const record = await world.sync("up", { deletes });
    assert.deepEqual(
      [record.counts.move, record.counts.copy, record.counts.upload],
      deletes ? [1, 0, 3 - 3] : [0, 1, 0],
      `deletes: ${deletes}`,
    );
    const expected = deletes ? await world.paths() : [...(await world.paths()), "docs/b.txt=two"].toSorted();
    assert.deepEqual(world.remote.paths(), expected);
  }
});

test("the moved and renamed files of one folder take one move and one rename", async (t) => {
  const world = await SyncWorld.make(t, { "old/a": "aaaa", "old/b": "bbbb", "old/c": "cccc" });
  await world.sync("up");
  await mkdir(join(world.root, "new"));
  for (const name of ["a", "b", "c"]) await rename(join(world.root, "old", name), join(world.root, "new", `${name}2`));
  await world.remove("old");
  world.remote.calls.length = 0;
  await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), await world.paths());
  assert.deepEqual(
    world.remote.calls.filter((call) => !call.startsWith("list")),
    ["makeFolder 0 new", "move 3 to 5", "rename 3", "removeFolder 1"],
  );
});

test("without --delete nothing is removed, and with it what the source lacks", async (t) => {
  const world = await SyncWorld.make(t, small);
  world.remote.seed("extra/x.txt", "extra");
  await world.sync("up");
  assert.ok(world.remote.paths().includes("extra/x.txt=extra"));
  const record = await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), await world.paths());
  assert.deepEqual([record.counts.delete, record.counts.rmdir], [1, 1]);
});

test("an empty or missing source removes nothing", async (t) => {
  const world = await SyncWorld.make(t);
  world.remote.seed("kept.txt", "kept");
  await assert.rejects(world.sync("up", { deletes: true }), isError("empty-source"));
  const gone = world.sync("up", { deletes: true, localRoot: join(world.folder, "nowhere"), allowsEmptySource: true });
  await assert.rejects(gone, isError("source-missing"));
  assert.deepEqual(world.remote.paths(), ["kept.txt=kept"]);
  await world.sync("up", { deletes: true, allowsEmptySource: true });
  assert.deepEqual(world.remote.paths(), []);
});

test("a source that disappears midway removes nothing", async (t) => {
  const world = await SyncWorld.make(t, small);
  world.remote.seed("extra.txt", "extra");
  world.remote.interfere = async (call, when) => {
    if (call.startsWith("send 0") && when === "after") await rename(world.root, `${world.root}-unmounted`);
    if (call.startsWith("send 0") && when === "after") await mkdir(world.root);
  };
  await assert.rejects(world.sync("up", { deletes: true, transfers: 1 }), isError("source-gone"));
  assert.ok(world.remote.paths().includes("extra.txt=extra"));
});

test("more deletions than allowed change nothing", async (t) => {
  const world = await SyncWorld.make(t, { kept: "kept", fresh: "fresh" });
  for (const number of [1, 2, 3]) world.remote.seed(`extra${number}`, `extra ${number}`);
  const before = world.remote.paths();
  for (const maxDelete of [{ files: 2 }, { percent: 99 }]) {
    await assert.rejects(world.sync("up", { deletes: true, maxDelete }), isError("too-many-deletions"));
    assert.deepEqual(world.remote.paths(), before);
  }
  await world.sync("up", { deletes: true, maxDelete: { files: 3 } });
  assert.deepEqual(world.remote.paths(), await world.paths());
});

test("nothing is removed if something could not be sent, unless errors are ignored", async (t) => {
  const world = await SyncWorld.make(t, { "bad.txt": "bad", "good.txt": "good" });
  world.remote.seed("extra.txt", "extra");
  world.remote.interfere = (call, when) => {
    if (when === "before" && call.startsWith("send") && call.includes("bad.txt")) throw new Refusal("refused");
  };
  const record = await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), ["extra.txt=extra", "good.txt=good"]);
  assert.deepEqual([record.failures.map(({ path }) => path), record.isComplete], [["bad.txt"], false]);
  assert.match(record.deletionWithheld ?? "", /Nothing was removed/);
  await world.sync("up", { deletes: true, ignoresErrors: true });
  assert.deepEqual(world.remote.paths(), ["good.txt=good"]);
});

test("a dry run lists every step and takes none", async (t) => {
  const world = await SyncWorld.make(t, small);
  world.remote.seed("a.txt", "old");
  world.remote.seed("extra.txt", "extra");
  const before = world.remote.paths();
  const steps: SyncStep[] = [];
  await world.sync("up", { deletes: true, isDryRun: true, watcher: { onStep: (step) => steps.push(step) } });
  assert.deepEqual(world.remote.paths(), before);
  assert.deepEqual(
    steps.map(({ action, path }) => `${action} ${path}`),
    [
      "mkdir docs",
      "mkdir docs/deep",
      "upload a.txt",
      "upload docs/b.txt",
      "upload docs/deep/c.txt",
      "delete extra.txt",
    ],
  );
});

test("filtered entries are neither sent nor removed", async (t) => {
  const world = await SyncWorld.make(t, { "a.txt": "a", "a.tmp": "tmp", "cache/x": "x" });
  world.remote.seed("b.tmp", "remote tmp");
  world.remote.seed("cache/y", "remote cache");
  const filter = filterOf({ includes: [], excludes: ["*.tmp", "cache/"], filterLines: [] });
  await world.sync("up", { deletes: true, filter });
  assert.deepEqual(world.remote.paths(), ["a.txt=a", "b.tmp=remote tmp", "cache/", "cache/y=remote cache"]);
});

test("symbolic links are reported and not followed, and on request count as their targets", async (t) => {
  const world = await SyncWorld.make(t, { "real/a.txt": "a" });
  await symlink("real/a.txt", join(world.root, "link.txt"));
  await symlink(".", join(world.root, "loop"));
  const record = await world.sync("up");
  assert.deepEqual(world.remote.paths(), ["real/", "real/a.txt=a"]);
  assert.deepEqual(record.leftOut.map(({ path, why }) => `${path}: ${why}`).toSorted(), [
    "link.txt: symbolic link",
    "loop: symbolic link",
  ]);
  const followed = await world.sync("up", { followsLinks: true });
  assert.ok(world.remote.paths().includes("link.txt=a"));
  assert.ok(followed.leftOut.some(({ path, detail }) => path.startsWith("loop") && /leads back/.test(detail ?? "")));
});

test("names that the host refuses are written as rclone writes them", async (t) => {
  const world = await SyncWorld.make(t, { [`it's <"$5">`]: "x", " dir /a\\b": "y" });
  await world.sync("up");
  assert.deepEqual(world.remote.files.map(({ name }) => name).toSorted(), ["a＼b", "it＇s ＜＂＄5＂＞"].toSorted());
  world.remote.calls.length = 0;
  assert.equal((await world.sync("up")).unchangedFiles, 2);
});

test("a name that is not UTF-8 is reported", async (t) => {
  const world = await SyncWorld.make(t, { "a.txt": "a" });
  await writeFile(Buffer.concat([Buffer.from(`${world.root}/bad`), Buffer.from([0xff, 0xfe])]), "x");
  const record = await world.sync("up");
  assert.deepEqual(world.remote.paths(), ["a.txt=a"]);
  assert.deepEqual(
    record.leftOut.map(({ why }) => why),
    ["unusable name"],
  );
});

test("empty files are skipped and named if the host refuses them", async (t) => {
  const world = await SyncWorld.make(t, { "a.txt": "a", "empty.txt": "" });
  world.remote.takesEmptyFiles = false;
  const record = await world.sync("up");
  assert.deepEqual(world.remote.paths(), ["a.txt=a"]);
  assert.deepEqual(
    record.leftOut.map(({ path, why }) => [path, why]),
    [["empty.txt", "empty file"]],
  );
});

test("one file that cannot be sent does not stop the others of its batch", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, number) => [`f${number}`, `content ${number}`]));
  const world = await SyncWorld.make(t, files);
  world.remote.interfere = (call, when) => {
    if (when === "before" && call.startsWith("send") && /\bf7\b/.test(call)) throw new Refusal("refused", "no f7");
  };
  const record = await world.sync("up");
  assert.deepEqual([record.counts.upload, record.failures.map(({ path }) => path)], [19, ["f7"]]);
});

test("a file that changes during the upload keeps its old version until a clean one has arrived", async (t) => {
  const world = await SyncWorld.make(t, { "log.txt": "first" });
  await world.sync("up");
  await world.write("log.txt", "second");
  world.remote.interfere = async (call, when) => {
    if (call.startsWith("send") && when === "before") await world.write("log.txt", "third version");
  };
  const record = await world.sync("up");
  assert.match(record.failures[0]?.message ?? "", /changed while/);
  assert.deepEqual(world.remote.paths(), ["log.txt=first", "log.txt=second"]);
  world.remote.interfere = () => {};
  await world.sync("up");
  assert.deepEqual(world.remote.paths(), ["log.txt=third version"]);
});

test("older files of the same name that are not ours are kept and reported", async (t) => {
  const world = await SyncWorld.make(t, { "a.txt": "new" });
  world.remote.seed("a.txt", "somebody's");
  world.remote.seed("a.txt", "new");
  const record = await world.sync("up");
  assert.deepEqual([record.hiddenFiles, record.counts.upload], [[{ path: "a.txt", count: 1 }], 0]);
  assert.equal(world.remote.files.length, 2);
});

test("an unreachable host ends the run instead of failing file by file", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, number) => [`d${number}/f`, `content ${number}`]));
  const world = await SyncWorld.make(t, files);
  world.remote.interfere = (call, when) => {
    if (when === "before" && !call.startsWith("list")) throw new Refusal("network", "nobody answers");
  };
  await assert.rejects(world.sync("up"), /nobody answers/);
  assert.ok(world.remote.calls.length < 60, `${world.remote.calls.length} calls`);
});

test("after a stop at any call, before or after its effect, the next run makes both sides equal without duplicates", async (t) => {
  const build = async () => {
    const world = await SyncWorld.make(t, {
      "a.txt": "a new version",
      "docs/b.txt": "two",
      "docs/deep/c.txt": "three",
      "moved/here.txt": "has only moved",
      "moved/renamed.txt": "has moved and has a new name",
    });
    world.remote.seed("a.txt", "an old version");
    world.remote.seed("old/here.txt", "has only moved");
    world.remote.seed("old/name.txt", "has moved and has a new name");
    world.remote.seed("extra/x.txt", "to be removed");
    return world;
  };
  const whole = await build();
  await whole.sync("up", { deletes: true, transfers: 1 });
  const total = whole.remote.calls.length;
  assert.ok(total > 10);
  for (let stopAt = 1; stopAt <= total; stopAt += 1) {
    for (const moment of ["before", "after"] as const) {
      const world = await build();
      const wanted = await world.paths();
      const stopped = new AbortController();
      world.remote.interfere = (_call, when, number) => {
        if (number !== stopAt || when !== moment) return;
        stopped.abort(new Error("stopped"));
        throw new Error("stopped");
      };
      await assert.rejects(
        world.sync("up", { deletes: true, transfers: 1, signal: stopped.signal }),
        /stopped/,
        `${moment} ${stopAt} of ${total}: ${world.remote.calls.at(-1)}`,
      );
      const contents = world.remote.files.map(({ bytes }) => bytes.toString());
      for (const content of ["has only moved", "has moved and has a new name"]) assert.ok(contents.includes(content));
      assert.ok(
        contents.some((content) => /version/.test(content)),
        "one version of a.txt always exists",
      );
      world.remote.interfere = () => {};
      await world.sync("up", { deletes: true });
      assert.deepEqual(world.remote.paths(), wanted, `stopped ${moment} call ${stopAt}`);
    }
  }
});

test("even without deletion, the next run removes a replaced version left by a stopped run", async (t) => {
  const world = await SyncWorld.make(t, { "a.txt": "old" });
  await world.sync("up");
  await world.write("a.txt", "new");
  const stopped = new AbortController();
  world.remote.interfere = (call, when) => {
    if (!call.startsWith("send") || when !== "after") return;
    stopped.abort(new Error("stopped"));
    throw new Error("stopped");
  };
  await assert.rejects(world.sync("up", { signal: stopped.signal }), /stopped/);
  assert.deepEqual(world.remote.paths(), ["a.txt=new", "a.txt=old"]);
  world.remote.interfere = () => {};
  await world.sync("up");
  assert.deepEqual(world.remote.paths(), ["a.txt=new"]);
});

test("a folder that the host lists only in part gets nothing that may be in the other part", async (t) => {
  const world = await SyncWorld.make(t, { "known.txt": "known", "unlisted.txt": "maybe there" });
  world.remote.seed("known.txt", "known");
  world.remote.seed("extra.txt", "extra");
  world.remote.isCut = true;
  const record = await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), ["extra.txt=extra", "known.txt=known"]);
  assert.deepEqual([record.conflicts.map(({ path }) => path), record.isComplete], [["unlisted.txt"], false]);
});
