import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { makeUnreadable } from "../_unreadable.ts";
import { CommandWorld } from "./_command-world.ts";
import { Refusal } from "./_memory-remote.ts";
import { SyncWorld } from "./_sync-world.ts";

async function worldWith(t: TestContext, remote: Readonly<Record<string, string>>, here: Record<string, string>) {
  const world = await SyncWorld.make(t, here);
  for (const [path, content] of Object.entries(remote)) world.remote.seed(path, content);
  return world;
}

/** Every transfer of these files fails. */
function refuse(world: SyncWorld, ...names: string[]): void {
  const urls = world.remote.files.filter(({ name }) => names.includes(name)).map(({ url }) => url);
  world.remote.interfere = (call, when) => {
    if (when === "before" && urls.some((url) => call === `receive ${url}`)) throw new Refusal("gone");
  };
}

const asides = ["x.consigne-replaced", "X.Consigne-Replaced-2", "x (replaced)"];

test("a file set aside is never overwritten by a later run, whatever the server has under its name", async (t) => {
  const theirs = Object.fromEntries(asides.map((name) => [name, `theirs ${name}`]));
  const world = await worldWith(t, { "x/good": "good", "x/bad": "bad", ...theirs }, { x: "PRECIOUS" });
  refuse(world, "bad");
  const first = await world.sync("down", { deletes: true });
  assert.deepEqual(first.setAside, [{ path: "x", asidePath: "x.consigne-replaced" }]);
  for (const run of [1, 2, 3]) {
    if (run === 3) world.remote.interfere = () => {};
    const { leftOut } = await world.sync("down", { deletes: true, ignoresErrors: run === 2 });
    assert.ok((await world.paths()).includes("x.consigne-replaced=PRECIOUS"), `run ${run}`);
    assert.ok(leftOut.some(({ path, why }) => path === "x.consigne-replaced" && why === "set aside"));
  }
  const before = world.remote.paths();
  await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), before, "nothing with such a name is sent, replaced or removed there");
});

test("a folder set aside is not merged with one on the server", async (t) => {
  const theirs = { "y.consigne-replaced/mine": "theirs", "y.consigne-replaced/more": "theirs" };
  const world = await worldWith(t, { y: "a file now", z: "bad", ...theirs }, { "y/mine": "PRECIOUS" });
  refuse(world, "z");
  for (const ignoresErrors of [false, true]) {
    await world.sync("down", { deletes: true, ignoresErrors });
    const kept = (await world.paths()).filter((path) => path.startsWith("y.consigne-replaced"));
    assert.deepEqual(kept, ["y.consigne-replaced/", "y.consigne-replaced/mine=PRECIOUS"]);
  }
});

test("get -r and put -r skip files set aside, and name them", async (t) => {
  const world = await CommandWorld.start(t, { "d/x.consigne-replaced": "PRECIOUS", "d/a": "a" });
  await world.server.seed.file("/d/x.consigne-replaced", "theirs");
  const here = join(world.root, "d");
  for (const args of [
    ["get", "-r", ":/d", world.root],
    ["put", "-r", here, ":/"],
    ["sync", here, ":/d"],
    ["sync", ":/d", here],
    ["check", here, ":/d"],
  ]) {
    const { stderr } = await world.run(...args);
    assert.match(stderr, /x\.consigne-replaced: (set aside, |not stored: )an earlier run set it aside/, args.join(" "));
  }
  assert.deepEqual(await world.localPaths(), ["d/", "d/a=a", "d/x.consigne-replaced=PRECIOUS"]);
});

test("--ignore-errors removes a local file only once the whole folder that replaces it has arrived", async (t) => {
  for (const failing of [["one", "two"], ["two"], ["one", "two", "three"]]) {
    const remote = { "x/one": "1", "x/two": "2", "x/below/three": "3", "good.txt": "good" };
    const world = await worldWith(t, remote, { x: "PRECIOUS", "extra.txt": "extra" });
    refuse(world, ...failing);
    const record = await world.sync("down", { deletes: true, ignoresErrors: true });
    const now = await world.paths();
    assert.equal(record.isComplete, false);
    assert.ok(!now.includes("extra.txt=extra"), "what nothing replaces is removed");
    assert.match(record.deletionWithheld ?? "", /^--delete did not remove everything, because not every/);
    const isAllMissing = failing.length === 3;
    const place = isAllMissing ? "x" : "x.consigne-replaced";
    assert.ok(now.includes(`${place}=PRECIOUS`), `${failing.join()}: ${now.join(", ")}`);
    assert.equal(record.setAside.length, isAllMissing ? 0 : 1);
    assert.equal(record.counts.mkdir, isAllMissing ? 0 : 2);
  }
});

test("--ignore-errors removes a remote file only once the whole folder that replaces it has arrived", async (t) => {
  const world = await worldWith(t, { x: "PRECIOUS", "extra.txt": "extra" }, { "x/one": "1", "x/two": "2" });
  world.remote.interfere = (call, when) => {
    if (when === "before" && call.startsWith("send") && call.includes("two")) throw new Refusal("refused");
  };
  const record = await world.sync("up", { deletes: true, ignoresErrors: true });
  assert.deepEqual(world.remote.paths(), ["x/", "x/one=1", "x=PRECIOUS"]);
  assert.match(record.deletionWithheld ?? "", /^--delete did not remove everything/);
  world.remote.interfere = () => {};
  await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), await world.paths());
});

test("--ignore-errors removes a remote folder only once the file that replaces it has arrived", async (t) => {
  const world = await worldWith(t, { "y/deep/mine": "PRECIOUS", "extra.txt": "extra" }, { y: "a file now" });
  world.remote.interfere = (call, when) => {
    if (when === "before" && call.startsWith("send")) throw new Refusal("refused");
  };
  await world.sync("up", { deletes: true, ignoresErrors: true });
  assert.deepEqual(world.remote.paths(), ["y/", "y/deep/", "y/deep/mine=PRECIOUS"]);
});

test("a remote file is kept while the local folder with its name cannot be read", async (t) => {
  for (const unreadable of ["x", "x/one"]) {
    const world = await worldWith(t, { x: "PRECIOUS", "a.txt": "a" }, { "x/one": "1", "a.txt": "a" });
    makeUnreadable(t, join(world.root, unreadable));
    const record = await world.sync("up", { deletes: true, ignoresErrors: true });
    assert.ok(world.remote.paths().includes("x=PRECIOUS"), unreadable);
    assert.equal(record.isComplete, false);
  }
});

test("an empty folder replaces a file", async (t) => {
  const world = await worldWith(t, { "x/below/gone": "gone", "a.txt": "a" }, { x: "was a file" });
  world.remote.files = world.remote.files.filter(({ name }) => name !== "gone");
  const record = await world.sync("down", { deletes: true });
  assert.deepEqual([record.isComplete, await world.paths()], [true, world.remote.paths()]);
});

test("an interrupted run names what is set aside", async (t) => {
  const world = await worldWith(t, { "x/one": "1", "x/two": "2" }, { x: "PRECIOUS" });
  const stopped = new AbortController();
  const steps: string[] = [];
  world.remote.interfere = (call, when, number) => {
    if (!call.startsWith("receive") || when === "before" || stopped.signal.aborted) return;
    steps.push(`${number}`);
    if (steps.length === 2) stopped.abort(new Refusal("other", "stopped"));
  };
  const moved: string[] = [];
  const watcher = {
    onStep: ({ action, path }: { action: string; path: string }) => void moved.push(`${action} ${path}`),
  };
  await assert.rejects(world.sync("down", { deletes: true, transfers: 1, signal: stopped.signal, watcher }), /stopped/);
  assert.ok((await world.paths()).includes("x.consigne-replaced=PRECIOUS"));
  assert.ok(moved.includes("move x.consigne-replaced"), moved.join());
});

test("a file whose name has the maximum length can be set aside", async (t) => {
  const long = `${"é".repeat(127)}n`;
  const world = await worldWith(t, { [`${long}/one`]: "1", [`${long}/bad`]: "2" }, { [long]: "PRECIOUS" });
  refuse(world, "bad");
  const { setAside } = await world.sync("down", { deletes: true });
  assert.equal(setAside.length, 1);
  await rename(join(world.root, setAside[0]?.asidePath ?? ""), join(world.root, "found"));
  assert.ok((await world.paths()).includes("found=PRECIOUS"));
});

test("--delete names what it keeps on the server because a local entry in its way cannot be sent", async (t) => {
  const files = { link: "PRECIOUS", "pipe/below": "PRECIOUS", folder: "PRECIOUS", "extra.txt": "extra", "a.txt": "a" };
  const world = await worldWith(t, files, { "a.txt": "a" });
  await symlink("nowhere", join(world.root, "link"));
  await promisify(execFile)("mkfifo", [join(world.root, "pipe")]);
  await mkdir(join(world.root, "folder"));
  await symlink("nowhere", join(world.root, "folder", "link"));
  const record = await world.sync("up", { deletes: true });
  assert.deepEqual(record.kept.map(({ path }) => path).toSorted(), ["folder", "link", "pipe"]);
  assert.deepEqual([record.isComplete, record.deletionWithheld, record.counts.delete], [false, undefined, 1]);
  assert.equal((await world.sync("up", {})).isComplete, true, "without --delete nothing must be removed");
});

for (const direction of ["up", "down"] as const)
  test(`a file of the same size but still without a checksum is not treated as identical, ${direction}`, async (t) => {
    const world = await worldWith(
      t,
      { "a.txt": "ONE", "b.txt": "same", "longer.txt": "ONE" },
      { "a.txt": "one", "b.txt": "same", "longer.txt": "longer" },
    );
    for (const { name, url } of world.remote.files) if (name !== "b.txt") world.remote.pending.add(url);
    const record = await world.sync(direction, { deletes: true });
    assert.deepEqual(record.leftOut, [
      {
        path: "a.txt",
        why: "not compared",
        detail: "the server is still computing its checksum; the next run compares it",
      },
    ]);
    assert.equal(record.isComplete, false);
    const longer = direction === "up" ? "longer" : "ONE";
    assert.deepEqual(await world.paths(), ["a.txt=one", "b.txt=same", `longer.txt=${longer}`]);
    assert.deepEqual(world.remote.paths(), ["a.txt=ONE", "b.txt=same", `longer.txt=${longer}`]);
    world.remote.pending.clear();
    assert.equal((await world.sync(direction, { deletes: true })).isComplete, true);
    assert.deepEqual(world.remote.paths(), await world.paths());
  });
