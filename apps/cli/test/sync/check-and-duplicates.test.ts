import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { runCheck } from "../../src/sync/session/check-run.ts";
import type { CheckRequest } from "../../src/sync/session/check-run.ts";
import { findSameContent, findSameName } from "../../src/sync/plan/duplicates.ts";
import { LocalNames } from "../../src/sync/trees/local-names.ts";
import { takesEverything } from "../../src/sync/trees/filter-rules.ts";
import { scanRemote } from "../../src/sync/trees/remote-scan.ts";
import { quickHasher } from "./_memory-remote.ts";
import { SyncWorld } from "./_sync-world.ts";

async function check(world: SyncWorld, changes: Partial<CheckRequest> = {}) {
  const result = await runCheck({
    localRoot: world.root,
    localNames: new LocalNames(),
    remoteRootId: 0,
    remoteName: ":/backup",
    remote: world.remote,
    filter: takesEverything,
    followsLinks: false,
    signal: new AbortController().signal,
    hasher: quickHasher,
    onlyWhatIs: "anywhere",
    comparesSizesOnly: false,
    ...changes,
  });
  return { ...result, lines: result.differences.map(({ kind, path }) => `${kind}: ${path}`).toSorted() };
}

async function differingWorld(t: TestContext): Promise<SyncWorld> {
  const world = await SyncWorld.make(t, { same: "same", size: "short", bytes: "abcd", "here/a": "1", "docs/b": "2" });
  for (const [path, content] of Object.entries({
    same: "same",
    size: "longer",
    bytes: "abcX",
    "there/c": "3",
    "docs/b": "2",
  })) {
    world.remote.seed(path, content);
  }
  return world;
}

test("every difference is found, and identical files are counted", async (t) => {
  const { lines, same } = await check(await differingWorld(t));
  assert.deepEqual(
    [lines, same],
    [["differs: bytes", "differs: size", "only here: here/a", "only remote: there/c"], 2],
  );
});

test("a file whose checksum the server still computes is reported as unproven, not as different", async (t) => {
  const world = await SyncWorld.make(t, { a: "1" });
  world.remote.seed("a", "1");
  for (const { url } of world.remote.files) world.remote.pending.add(url);
  const { differences, same } = await check(world);
  assert.deepEqual(differences, [
    { kind: "unproven", path: "a", detail: "the server is still computing its checksum" },
  ]);
  assert.equal(same, 0);
});

test("in one direction, files only on the other side are not differences", async (t) => {
  const world = await differingWorld(t);
  assert.ok(!(await check(world, { onlyWhatIs: "here" })).lines.some((line) => line.startsWith("only remote")));
  assert.ok(!(await check(world, { onlyWhatIs: "remote" })).lines.some((line) => line.startsWith("only here")));
});

test("by size only, different content of the same size passes", async (t) => {
  const { lines } = await check(await differingWorld(t), { comparesSizesOnly: true });
  assert.ok(!lines.includes("differs: bytes") && lines.includes("differs: size"));
});

test("the index of earlier runs is not used", async (t) => {
  const world = await SyncWorld.make(t, { a: "abcd" });
  await world.sync("up");
  await world.write("a", "abcX");
  assert.deepEqual((await check(world)).lines, ["differs: a"]);
});

test("a second remote file of the same name is a difference", async (t) => {
  const world = await SyncWorld.make(t, { a: "new" });
  world.remote.seed("a", "old");
  world.remote.seed("a", "new");
  assert.deepEqual((await check(world)).lines, ["only remote: a"]);
});

test("identical files are grouped, and one of each group is kept", async (t) => {
  const { remote } = await SyncWorld.make(t);
  remote.seed("b/oldest", "same content");
  remote.seed("a/middle", "same content");
  remote.seed("c/newest", "same content");
  remote.seed("other", "other content");
  remote.seed("empty1", "");
  remote.seed("empty2", "");
  const tree = await scanRemote(remote, 0, { filter: takesEverything, signal: new AbortController().signal });
  const kept = (["newest", "oldest", "first"] as const).map((keep) =>
    findSameContent(tree, keep).map(({ kept }) => kept.path),
  );
  assert.deepEqual(kept, [["c/newest"], ["b/oldest"], ["a/middle"]]);
  assert.deepEqual(findSameContent(tree, "newest")[0]?.others.length, 2);
});

test("files with the same name in one folder are grouped, whatever their content", async (t) => {
  const { remote } = await SyncWorld.make(t);
  for (const content of ["first", "second", "third"]) remote.seed("docs/a", content);
  remote.seed("a", "elsewhere");
  const tree = await scanRemote(remote, 0, { filter: takesEverything, signal: new AbortController().signal });
  assert.deepEqual(findSameContent(tree, "newest"), []);
  const [group, ...more] = findSameName(tree, "newest");
  assert.deepEqual([group?.kept.path, group?.others.length, more], ["docs/a", 2, []]);
});
