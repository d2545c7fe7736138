import type { TreeFile } from "../trees/tree.ts";

/** A file of the source to be written to the target, in the place of `replaced` where that is not empty. */
export interface Transfer<Source, Target> {
  path: string;
  source: Source;
  replaced: Target[];
}

/** A file of the target that is wanted at another path, or at another path too. */
export interface Relocation<Source, Target> {
  fromPath: string;
  path: string;
  file: Target;
  source: Source;
  replaced: Target[];
}

export interface Removal<Target> {
  path: string;
  file: Target;
  /** A newer file of the same name stays. */
  isHidden: boolean;
}

export interface Conflict {
  path: string;
  reason: string;
}

/** Everything that makes the target like the source, in the order of its lists. */
export interface SyncPlan<Source extends TreeFile, Target extends TreeFile> {
  /** Of the target and in the way of something: gone before anything else. Only with deletion. */
  obstacles: Removal<Target>[];
  obstacleFolders: string[];
  /** Parents first. */
  folders: string[];
  moves: Relocation<Source, Target>[];
  copies: Relocation<Source, Target>[];
  transfers: Transfer<Source, Target>[];
  removals: Removal<Target>[];
  /** Deepest first. */
  removedFolders: string[];
  conflicts: Conflict[];
  /** Of the target, and not removed although the source has no such file. Only with deletion. */
  kept: Conflict[];
  unchangedFiles: number;
  /** Same-name files of the target that a newer one hides and that stay. */
  hiddenFiles: { path: string; count: number }[];
}

export function emptyPlan<Source extends TreeFile, Target extends TreeFile>(): SyncPlan<Source, Target> {
  return {
    obstacles: [],
    obstacleFolders: [],
    folders: [],
    moves: [],
    copies: [],
    transfers: [],
    removals: [],
    removedFolders: [],
    conflicts: [],
    kept: [],
    unchangedFiles: 0,
    hiddenFiles: [],
  };
}

/** Files that would be gone from the target: neither replaced nor moved, but removed. */
export function countDeletions(plan: SyncPlan<TreeFile, TreeFile>): number {
  return plan.obstacles.length + plan.removals.filter((removal) => !removal.isHidden).length;
}

export function isIdle(plan: SyncPlan<TreeFile, TreeFile>): boolean {
  const { obstacles, obstacleFolders, folders, moves, copies, transfers, removals, removedFolders } = plan;
  const lists = [obstacles, obstacleFolders, folders, moves, copies, transfers, removals, removedFolders];
  return lists.every((list) => list.length === 0);
}
