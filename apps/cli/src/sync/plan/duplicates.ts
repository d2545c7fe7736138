import { joinPath, parentOf } from "../trees/tree.ts";
import type { RemoteFile, TreeFolder } from "../trees/tree.ts";

export interface RemotePlace {
  path: string;
  file: RemoteFile;
}

/** Files of which one is enough. */
export interface DuplicateGroup {
  kept: RemotePlace;
  others: RemotePlace[];
}

/** Normal differences between clocks. */
const TOLERANCE_SECONDS = 300;

/**
 * Whether age would decide between different contents although one of the files has a future date, from a wrong clock.
 */
export function isAgeDoubtful({ kept, others }: DuplicateGroup, nowMs: number): boolean {
  const sound = [kept, ...others].filter(({ file }) => file.isDamaged !== true);
  const latest = nowMs / 1000 + TOLERANCE_SECONDS;
  return sound.some((each) => differs(kept, each)) && sound.some(({ file }) => file.uploadedAtSeconds > latest);
}

/** `newest` and `oldest` by upload time, `first` by path. */
export type KeepChoice = "newest" | "oldest" | "first";

/** Groups of files with the same content, by size and Whirlpool checksum. Empty files do not count as duplicates. */
export function findSameContent(root: TreeFolder<RemoteFile>, keep: KeepChoice): DuplicateGroup[] {
  const groups = Map.groupBy(allFiles(root), ({ file }) =>
    file.sizeBytes === 0 || file.whirlpool === undefined ? undefined : `${file.sizeBytes}:${file.whirlpool}`,
  );
  groups.delete(undefined);
  return [...groups.values()].filter((group) => group.length > 1).map((group) => chooseKept(group, keep));
}

/** Groups of files with the same name in one folder, whatever their content. */
export function findSameName(root: TreeFolder<RemoteFile>, keep: KeepChoice): DuplicateGroup[] {
  const groups = Map.groupBy(allFiles(root), ({ path }) => path);
  return [...groups.values()].filter((group) => group.length > 1).map((group) => chooseKept(group, keep));
}

/** What would be removed from one folder. */
export interface FolderLoss {
  /** Relative to the folder that was searched; empty for that folder itself. */
  path: string;
  files: number;
  bytes: number;
  /** None of its files would be left. */
  isAll: boolean;
}

/** What would be removed, by folder, most bytes first. */
export function lossByFolder(root: TreeFolder<RemoteFile>, groups: readonly DuplicateGroup[]): FolderLoss[] {
  const others = groups.flatMap((group) => group.others);
  const there = Map.groupBy(allFiles(root), ({ path }) => parentOf(path));
  const losses = [...Map.groupBy(others, ({ path }) => parentOf(path))].map(([path, lost]) => ({
    path,
    files: lost.length,
    bytes: lost.reduce((sum, { file }) => sum + file.sizeBytes, 0),
    isAll: lost.length === there.get(path)?.length,
  }));
  return losses.toSorted((a, b) => b.bytes - a.bytes);
}

/** Whether a file to be removed differs from the one that is kept, or may. */
export function differs(kept: RemotePlace, other: RemotePlace): boolean {
  const isSame = kept.file.whirlpool !== undefined && kept.file.whirlpool === other.file.whirlpool;
  return !isSame || kept.file.sizeBytes !== other.file.sizeBytes;
}

function* allFiles(folder: TreeFolder<RemoteFile>, path = ""): Generator<RemotePlace> {
  for (const [name, file] of folder.files) {
    yield { path: joinPath(path, name), file };
    for (const hidden of folder.hidden.get(name) ?? []) yield { path: joinPath(path, name), file: hidden };
  }
  for (const [name, below] of folder.folders) yield* allFiles(below, joinPath(path, name));
}

function chooseKept(group: readonly RemotePlace[], keep: KeepChoice): DuplicateGroup {
  // The newest comes first in a folder, even among files of the same second: a stable sort keeps that.
  const fromNewest = keep === "oldest" ? group.toReversed() : group;
  const sorted = fromNewest.toSorted((one, other) => {
    // Regardless of the choice, an unreadable file is never the one to keep.
    const byDamage = Number(one.file.isDamaged ?? false) - Number(other.file.isDamaged ?? false);
    if (byDamage !== 0) return byDamage;
    const byPath = one.path < other.path ? -1 : Number(one.path > other.path);
    const byAge = one.file.uploadedAtSeconds - other.file.uploadedAtSeconds;
    if (keep === "first") return byPath || byAge;
    return (keep === "oldest" ? byAge : -byAge) || byPath;
  });
  const [kept, ...others] = sorted;
  if (kept === undefined) throw new RangeError("A group holds at least one file.");
  return { kept, others };
}
