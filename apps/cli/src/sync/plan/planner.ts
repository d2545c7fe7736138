import type { Removal, SyncPlan } from "./plan.ts";
import { emptyPlan } from "./plan.ts";
import { relocate } from "./relocation.ts";
import { emptyFolder, joinPath, nameOf, walkFiles } from "../trees/tree.ts";
import type { TreeFile, TreeFolder } from "../trees/tree.ts";

export interface PlanOptions<Source extends TreeFile, Target extends TreeFile> {
  /** Whether to remove from the target what the source does not have. */
  deletes: boolean;
  /**
   * Whether obstacles of the other kind are removed before anything is written. False if both can exist side by side
   * until the end: they are then removed with everything else, when everything has arrived.
   */
  clearsFirst: boolean;
  /** Whether an old version may be moved to where it is wanted now, whatever the order of the moves. */
  movesReplaced: boolean;
  /** Whether both sides have the same content at a path. */
  isSame(source: Source, target: Target, path: string): boolean;
  /** A hidden file on the target that is a leftover of ours: its replacement had arrived before we were interrupted. */
  isLeftover?(target: Target): boolean;
  /** Whether a file of the target may be copied to save a transfer. */
  mayCopy?(file: Target, isRenamed: boolean): boolean;
}

/** What has to be done to the target. A pure function of two trees, which must have the necessary checksums. */
export function planSync<Source extends TreeFile, Target extends TreeFile>(
  source: TreeFolder<Source>,
  target: TreeFolder<Target>,
  options: PlanOptions<Source, Target>,
): SyncPlan<Source, Target> {
  const planner = new Planner(options);
  planner.compareFolders("", source, target);
  const { plan } = planner;
  relocate(plan, () => stayingFiles(target, plan), options);
  return plan;
}

/** Files of the target that are neither removed nor replaced: these can be copied. */
function* stayingFiles<Source extends TreeFile, Target extends TreeFile>(
  target: TreeFolder<Target>,
  plan: SyncPlan<Source, Target>,
): Generator<{ path: string; file: Target }> {
  const leaving = new Set([
    ...plan.obstacles.map(({ file }) => file),
    ...plan.removals.map(({ file }) => file),
    ...plan.transfers.flatMap(({ replaced }) => replaced),
    ...plan.moves.flatMap(({ file, replaced }) => [file, ...replaced]),
  ]);
  for (const { folder, name, file } of walkFiles(target)) {
    if (!leaving.has(file)) yield { path: joinPath(folder, name), file };
  }
}

/** Shared by all transfers that replace nothing; never written to. */
const nothing: never[] = [];

class Planner<Source extends TreeFile, Target extends TreeFile> {
  readonly plan: SyncPlan<Source, Target> = emptyPlan();
  readonly #options: PlanOptions<Source, Target>;
  readonly #replaced = new Set<Target>();

  constructor(options: PlanOptions<Source, Target>) {
    this.#options = options;
  }

  compareFolders(path: string, source: TreeFolder<Source>, target: TreeFolder<Target>): void {
    for (const [name, file] of source.files) this.#planFile(joinPath(path, name), name, file, source, target);
    for (const [name, folder] of source.folders) this.#planFolder(joinPath(path, name), name, folder, source, target);
    if (this.#options.deletes) this.#planRemovals(path, source, target);
    this.#planHidden(path, source, target);
  }

  #planFile(path: string, name: string, file: Source, source: TreeFolder<Source>, target: TreeFolder<Target>): void {
    const existing = target.files.get(name);
    if (existing !== undefined && this.#options.isSame(file, existing, path)) {
      this.plan.unchangedFiles += 1;
      return;
    }
    if (this.#isBlocked(path, name, target)) return;
    const folder = existing === undefined ? target.folders.get(name) : undefined;
    if (folder !== undefined && !this.#clearFolder(path, name, folder, source)) return;
    const replaced = existing === undefined ? nothing : [existing, ...this.#leftovers(name, target)];
    for (const each of replaced) this.#replaced.add(each);
    this.plan.transfers.push({ path, source: file, replaced });
  }

  #planFolder(
    path: string,
    name: string,
    folder: TreeFolder<Source>,
    source: TreeFolder<Source>,
    target: TreeFolder<Target>,
  ): void {
    const existing = target.folders.get(name);
    if (existing !== undefined) return this.compareFolders(path, folder, existing);
    if (isHollow(folder) || this.#isBlocked(path, name, target)) return;
    const file = target.files.get(name);
    if (source.files.has(name)) return this.#conflict(path, "the source has a file and a folder with this name");
    if (file !== undefined) {
      if (!this.#options.deletes) return this.#conflict(path, "a file with this name is in the way of a folder");
      if (this.#options.clearsFirst) this.plan.obstacles.push({ path, file, isHidden: false });
    }
    this.plan.folders.push(path);
    this.compareFolders(path, folder, emptyFolder<Target>());
  }

  /** Makes room for a file where the target has a folder. */
  #clearFolder(path: string, name: string, folder: TreeFolder<Target>, source: TreeFolder<Source>): boolean {
    if (source.folders.has(name)) {
      this.#conflict(path, "the source has a file and a folder with this name");
      return false;
    }
    if (!this.#options.deletes || !isWhollySeen(folder)) {
      this.#conflict(path, "a folder with this name is in the way of a file");
      return false;
    }
    if (!this.#options.clearsFirst) return true;
    const removed = removalsBelow(path, folder);
    this.plan.obstacles.push(...removed.files);
    this.plan.obstacleFolders.push(...removed.folders);
    return true;
  }

  #planRemovals(path: string, source: TreeFolder<Source>, target: TreeFolder<Target>): void {
    if (source.isIncomplete) return;
    for (const [name, file] of target.files) {
      if (source.files.has(name) || this.#isUncarried(path, name, source) || this.#isObstacle(name, source)) continue;
      const folder = source.folders.get(name);
      // Nothing in it is transferred, so it replaces nothing.
      if (folder !== undefined && isHollow(folder))
        this.#keep(path, name, "a folder from which nothing can be transferred");
      else this.plan.removals.push({ path: joinPath(path, name), file, isHidden: false });
    }
    for (const [name, folder] of target.folders) {
      if (source.folders.has(name) || this.#isUncarried(path, name, source) || this.#isObstacle(name, source)) continue;
      const removed = removalsBelow(joinPath(path, name), folder);
      this.plan.removals.push(...removed.files);
      this.plan.removedFolders.push(...removed.folders);
    }
  }

  /** Whether the source has something with that name that is not transferred, so that the target's entry stays. */
  #isUncarried(path: string, name: string, source: TreeFolder<Source>): boolean {
    const why = source.unseen.get(name);
    // Other omissions are reported elsewhere, or were intended.
    if (why === "symbolic link" || why === "special file") this.#keep(path, name, `a ${why}`);
    return why !== undefined;
  }

  #keep(path: string, name: string, what: string): void {
    this.plan.kept.push({ path: joinPath(path, name), reason: `the source has ${what} with this name` });
  }

  /** Whether the source has the other kind of entry with that name: such a pair is already handled. */
  #isObstacle(name: string, source: TreeFolder<Source>): boolean {
    return this.#options.clearsFirst && (source.files.has(name) || source.folders.has(name));
  }

  #planHidden(path: string, source: TreeFolder<Source>, target: TreeFolder<Target>): void {
    for (const [name, files] of target.hidden) {
      const inFolder = joinPath(path, name);
      const isOurs = this.#options.deletes && !source.isIncomplete && !source.unseen.has(name);
      const leftovers = source.files.has(name) ? this.#leftovers(name, target) : [];
      let count = 0;
      for (const file of files) {
        if (this.#replaced.has(file)) continue;
        if (isOurs || leftovers.includes(file)) this.plan.removals.push({ path: inFolder, file, isHidden: true });
        else count += 1;
      }
      if (count > 0) this.plan.hiddenFiles.push({ path: inFolder, count });
    }
  }

  #leftovers(name: string, target: TreeFolder<Target>): Target[] {
    const { isLeftover } = this.#options;
    return isLeftover === undefined ? [] : (target.hidden.get(name) ?? []).filter((file) => isLeftover(file));
  }

  #isBlocked(path: string, name: string, target: TreeFolder<Target>): boolean {
    const unseen = target.unseen.get(name);
    if (unseen !== undefined) {
      this.#conflict(path, `the target has something with this name that is skipped (${unseen})`);
      return true;
    }
    if (target.isIncomplete) {
      this.#conflict(path, "the target's folder could not be listed");
      return true;
    }
    return false;
  }

  #conflict(path: string, reason: string): void {
    this.plan.conflicts.push({ path, reason });
  }
}

/** Nothing in it is transferred, although it is not empty: not worth a folder on the other side. */
function isHollow(folder: TreeFolder<TreeFile>): boolean {
  if (folder.files.size > 0) return false;
  if (folder.folders.size === 0) return folder.unseen.size > 0;
  return [...folder.folders.values()].every(isHollow);
}

/** Whether removing the seen contents of a folder removes everything in it. */
function isWhollySeen(folder: TreeFolder<TreeFile>): boolean {
  return !folder.isIncomplete && folder.unseen.size === 0 && [...folder.folders.values()].every(isWhollySeen);
}

/** Everything seen in a folder, and the folders that will then be empty, deepest first. */
function removalsBelow<Target extends TreeFile>(
  path: string,
  folder: TreeFolder<Target>,
): { files: Removal<Target>[]; folders: string[] } {
  const files: Removal<Target>[] = [];
  for (const { folder: inFolder, name, file } of walkFiles(folder, path)) {
    files.push({ path: joinPath(inFolder, name), file, isHidden: false });
  }
  return { files: [...files, ...hiddenBelow(path, folder)], folders: emptiedFolders(path, folder) };
}

function hiddenBelow<Target extends TreeFile>(path: string, folder: TreeFolder<Target>): Removal<Target>[] {
  const own = [...folder.hidden].flatMap(([name, files]) =>
    files.map((file) => ({ path: joinPath(path, name), file, isHidden: true })),
  );
  return [...own, ...[...folder.folders].flatMap(([name, below]) => hiddenBelow(joinPath(path, name), below))];
}

function emptiedFolders(path: string, folder: TreeFolder<TreeFile>): string[] {
  const below = [...folder.folders].flatMap(([name, each]) => emptiedFolders(joinPath(path, name), each));
  return isWhollySeen(folder) && nameOf(path) !== "" ? [...below, path] : below;
}
