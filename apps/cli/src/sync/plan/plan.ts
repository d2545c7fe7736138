import type { TreeFile } from "../trees/tree.ts";

/** A file of the source to be written to the target, replacing the files in `replaced`. */
export interface Transfer<Source, Target> {
  path: string;
  source: Source;
  replaced: Target[];
}

/** A file of the target that is wanted at another path, instead or in addition. */
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
  /** A newer file with the same name stays. */
  isHidden: boolean;
}

export interface Conflict {
  path: string;
  reason: string;
}

/** Everything that makes the target like the source, in the order of its lists. */
export interface SyncPlan<Source extends TreeFile, Target extends TreeFile> {
  /** On the target and in the way of something: removed before anything else. Only with deletion. */
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
  /** On the target, and kept although the source has no such file. Only with deletion. */
  kept: Conflict[];
  unchangedFiles: number;
  /** Files on the target that are hidden by newer ones of the same name and stay. */
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

/** Number of files removed from the target without being replaced or moved. */
export function countDeletions(plan: SyncPlan<TreeFile, TreeFile>): number {
  return plan.obstacles.length + plan.removals.filter((removal) => !removal.isHidden).length;
}

export function isIdle(plan: SyncPlan<TreeFile, TreeFile>): boolean {
  const { obstacles, obstacleFolders, folders, moves, copies, transfers, removals, removedFolders } = plan;
  const lists = [obstacles, obstacleFolders, folders, moves, copies, transfers, removals, removedFolders];
  return lists.every((list) => list.length === 0);
}
