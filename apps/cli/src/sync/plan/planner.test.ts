import assert from "node:assert/strict";
import { test } from "node:test";
import type { SyncPlan } from "./plan.ts";
import { countDeletions, isIdle } from "./plan.ts";
import { planSync } from "./planner.ts";
import type { PlanOptions } from "./planner.ts";
import { emptyFolder, joinPath, nameOf, parentOf, walkFiles } from "../trees/tree.ts";
import type { TreeFolder } from "../trees/tree.ts";

interface ModelFile {
  sizeBytes: number;
  whirlpool: string;
}
type Model = TreeFolder<ModelFile>;
type ModelPlan = SyncPlan<ModelFile, ModelFile>;

const mirror: PlanOptions<ModelFile, ModelFile> = {
  deletes: true,
  clearsFirst: true,
  movesReplaced: false,
  isSame: (source, target) => source.whirlpool === target.whirlpool,
  mayCopy: () => true,
};
const toRemote = { ...mirror, clearsFirst: false, movesReplaced: true };

/** `{ "a/b.txt": "content", "empty/": "" }` as a tree. */
function treeOf(paths: Readonly<Record<string, string>>): Model {
  const root: Model = emptyFolder();
  for (const [path, content] of Object.entries(paths)) {
    const folder = folderAt(root, path.endsWith("/") ? path.slice(0, -1) : parentOf(path));
    if (!path.endsWith("/")) folder.files.set(nameOf(path), { sizeBytes: content.length, whirlpool: content });
  }
  return root;
}

function folderAt(root: Model, path: string): Model {
  if (path === "") return root;
  const parent = folderAt(root, parentOf(path));
  const folder = parent.folders.get(nameOf(path)) ?? emptyFolder();
  parent.folders.set(nameOf(path), folder);
  return folder;
}

function pathsOf(root: Model): string[] {
  const files = [...walkFiles(root)].map(({ folder, name, file }) => `${joinPath(folder, name)}=${file.whirlpool}`);
  const folders = function* (folder: Model, path: string): Generator<string> {
    for (const [name, below] of folder.folders) {
      yield `${joinPath(path, name)}/`;
      yield* folders(below, joinPath(path, name));
    }
  };
  return [...files, ...folders(root, "")].toSorted();
}

/** Paths that exist both as a file and as a folder. */
function pairsOf(root: Model): string[] {
  const paths = pathsOf(root);
  return paths.filter((line) => line.endsWith("/") && paths.some((other) => other.startsWith(`${line.slice(0, -1)}=`)));
}

/** Applies a plan in order, as strictly as a file system: no folder is made twice, or removed while it has contents. */
class Applied {
  readonly root: Model;
  readonly #keepsKindsApart: boolean;

  constructor(root: Model, keepsKindsApart: boolean) {
    this.root = root;
    this.#keepsKindsApart = keepsKindsApart;
  }

  apply(plan: ModelPlan): void {
    for (const { path, file } of plan.obstacles) this.#remove(path, file);
    for (const path of plan.obstacleFolders) this.#removeFolder(path);
    for (const path of plan.folders) this.#makeFolder(path);
    const moved = plan.moves.map((move) => ({ ...move, replaced: [...move.replaced] }));
    for (const { fromPath, file } of moved) this.#remove(fromPath, file);
    for (const { path, file, replaced } of moved) this.#write(path, file, replaced);
    for (const { path, file, replaced } of plan.copies) this.#write(path, file, replaced);
    for (const { path, source, replaced } of plan.transfers) this.#write(path, source, replaced);
    for (const { path, file } of plan.removals) this.#remove(path, file);
    for (const path of plan.removedFolders) this.#removeFolder(path);
  }

  #parent(path: string): Model {
    let folder: Model | undefined = this.root;
    for (const name of path.split("/").slice(0, -1)) folder = folder?.folders.get(name);
    assert.ok(folder, `${path} has no folder`);
    return folder;
  }

  #write(path: string, file: ModelFile, replaced: readonly ModelFile[]): void {
    const parent = this.#parent(path);
    const existing = parent.files.get(nameOf(path));
    if (existing !== undefined) assert.ok(replaced.includes(existing), `${path} is written over unawares`);
    assert.ok(this.#keepsKindsApart || !parent.folders.has(nameOf(path)), `${path} is a folder`);
    parent.files.set(nameOf(path), file);
  }

  #remove(path: string, file: ModelFile): void {
    const parent = this.#parent(path);
    assert.equal(parent.files.get(nameOf(path)), file, `${path} is not what is removed`);
    parent.files.delete(nameOf(path));
  }

  #makeFolder(path: string): void {
    const parent = this.#parent(path);
    assert.ok(!parent.folders.has(nameOf(path)), `${path} exists`);
    assert.ok(this.#keepsKindsApart || !parent.files.has(nameOf(path)), `${path} is a file`);
    parent.folders.set(nameOf(path), emptyFolder());
  }

  #removeFolder(path: string): void {
    const parent = this.#parent(path);
    const folder = parent.folders.get(nameOf(path));
    assert.ok(folder && folder.files.size === 0 && folder.folders.size === 0, `${path} is not empty`);
    parent.folders.delete(nameOf(path));
  }
}

function randomSource(firstSeed: number): (below: number) => number {
  let seed = firstSeed;
  return (below) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
}

function randomTree(random: (below: number) => number, keepsKindsApart: boolean, depth = 0): Model {
  const folder: Model = emptyFolder();
  for (const name of ["a", "b", "c", "d"]) {
    const kind = random(depth > 2 ? 2 : 4);
    const content = "x".repeat(random(6));
    if (kind === 1) folder.files.set(name, { sizeBytes: content.length, whirlpool: content });
    if (kind === 3 || (keepsKindsApart && random(9) === 0 && depth < 3)) {
      folder.folders.set(name, randomTree(random, keepsKindsApart, depth + 1));
    }
  }
  return folder;
}

for (const [title, options] of [
  ["of a local target", mirror],
  ["of a remote target", toRemote],
] as const) {
  test(`the plan ${title} makes the target equal to the source, for any trees`, () => {
    for (let round = 1; round <= 1500; round += 1) {
      const random = randomSource(round * 7919);
      const source = randomTree(random, false);
      const target = randomTree(random, !options.clearsFirst);
      const plan = planSync(source, target, options);
      assert.deepEqual(plan.conflicts, [], `round ${round}`);
      new Applied(target, !options.clearsFirst).apply(plan);
      assert.deepEqual(pathsOf(target), pathsOf(source), `round ${round}`);
      assert.ok(isIdle(planSync(source, target, options)), "and then there is nothing left to do");
    }
  });

  test(`without deletion, the plan ${title} loses no content`, () => {
    for (let round = 1; round <= 500; round += 1) {
      const random = randomSource(round * 104_729);
      const source = randomTree(random, false);
      const target = randomTree(random, !options.clearsFirst);
      const before = new Set(pathsOf(target).map((line) => line.split("=")[0]));
      const pairs = pairsOf(target);
      const plan = planSync(source, target, { ...options, deletes: false });
      assert.equal(countDeletions(plan), 0);
      new Applied(target, !options.clearsFirst).apply(plan);
      const after = new Set(pathsOf(target).map((line) => line.split("=")[0]));
      assert.deepEqual(
        [...before].filter((path) => !after.has(path)),
        [],
        `round ${round}`,
      );
      assert.deepEqual(pairsOf(target), pairs, "no file and folder end up with the same name");
    }
  });
}

test("a moved file is moved, and the folder it leaves empty is removed", () => {
  const plan = planSync(treeOf({ "new/photo": "content" }), treeOf({ "old/photo": "content" }), toRemote);
  assert.deepEqual(
    plan.moves.map(({ fromPath, path }) => [fromPath, path]),
    [["old/photo", "new/photo"]],
  );
  assert.deepEqual([plan.folders, plan.removedFolders, plan.transfers, plan.removals], [["new"], ["old"], [], []]);
});

test("without deletion, a moved file is copied and kept in its old place", () => {
  const plan = planSync(
    treeOf({ "new/photo": "content", "old/photo": "content" }),
    treeOf({ "old/photo": "content" }),
    {
      ...toRemote,
      deletes: false,
    },
  );
  assert.deepEqual(
    [plan.copies.map(({ fromPath, path }) => [fromPath, path]), plan.moves],
    [[["old/photo", "new/photo"]], []],
  );
});

test("rotated logs are moved along, and only the newest is sent", () => {
  const source = treeOf({ log: "new entry", "log.1": "yesterday", "log.2": "the day before" });
  const target = treeOf({ log: "yesterday", "log.1": "the day before", "log.2": "long ago" });
  const plan = planSync(source, target, { ...toRemote, deletes: false });
  assert.deepEqual(
    plan.transfers.map(({ path }) => path),
    ["log"],
  );
  assert.deepEqual(plan.moves.map(({ fromPath, path }) => `${fromPath} ${path}`).toSorted(), [
    "log log.1",
    "log.1 log.2",
  ]);
});

test("nothing is moved without checksums", () => {
  const without = (path: string) => {
    const tree = emptyFolder<{ sizeBytes: number; whirlpool: undefined }>();
    tree.files.set(path, { sizeBytes: 5, whirlpool: undefined });
    return tree;
  };
  const plan = planSync(without("new"), without("old"), {
    deletes: true,
    clearsFirst: false,
    movesReplaced: true,
    isSame: () => true,
  });
  assert.deepEqual([plan.moves.length, plan.transfers.length, plan.removals.length], [0, 1, 1]);
});

test("what the source could not list or left out is neither removed nor overwritten", () => {
  const source = treeOf({ "kept.txt": "1" });
  source.unseen.set("link", "symbolic link").set("skipped", "filtered");
  const unreadable: Model = { ...emptyFolder(), isIncomplete: true };
  source.folders.set("secret", unreadable);
  const target = treeOf({ "kept.txt": "1", link: "2", "skipped/a": "3", "secret/b": "4", "other/c": "5" });
  const plan = planSync(source, target, toRemote);
  assert.deepEqual(
    plan.removals.map(({ path }) => path),
    ["other/c"],
  );
  assert.deepEqual(plan.removedFolders, ["other"]);
});

test("nothing is written where the target has an ignored entry", () => {
  const target = treeOf({});
  target.unseen.set("link", "symbolic link");
  const plan = planSync(treeOf({ "link/inside": "1", other: "2" }), target, mirror);
  assert.deepEqual(
    [plan.conflicts.map(({ path }) => path), plan.folders, plan.transfers.map(({ path }) => path)],
    [["link"], [], ["other"]],
  );
});

test("a file where a folder should be is a conflict unless deletion is on", () => {
  const source = treeOf({ "a/b": "1" });
  const without = planSync(source, treeOf({ a: "2" }), { ...mirror, deletes: false });
  assert.deepEqual([without.conflicts.length, without.folders, without.transfers], [1, [], []]);
  const withDeletion = planSync(source, treeOf({ a: "2" }), mirror);
  assert.deepEqual([withDeletion.conflicts.length, countDeletions(withDeletion)], [0, 1]);
});

test("a folder whose entries are all left out is not made", () => {
  const source = treeOf({ "a/b/": "" });
  folderAt(source, "a/b").unseen.set("x.tmp", "filtered");
  assert.deepEqual(planSync(source, treeOf({}), mirror).folders, []);
});

test("an older file with the same name is kept and reported, unless it is our own leftover or deletion is on", () => {
  const old = { sizeBytes: 3, whirlpool: "old" };
  const target = treeOf({ a: "new" });
  target.hidden = new Map([["a", [old]]]);
  const plain = planSync(treeOf({ a: "new" }), target, { ...toRemote, deletes: false });
  assert.deepEqual([plain.removals, plain.hiddenFiles], [[], [{ path: "a", count: 1 }]]);
  const leftover = planSync(treeOf({ a: "new" }), target, { ...toRemote, deletes: false, isLeftover: () => true });
  assert.deepEqual([leftover.removals.map(({ file }) => file), leftover.hiddenFiles], [[old], []]);
  const deleting = planSync(treeOf({ a: "new" }), target, toRemote);
  assert.deepEqual([deleting.removals.map(({ file }) => file), countDeletions(deleting)], [[old], 0]);
});
