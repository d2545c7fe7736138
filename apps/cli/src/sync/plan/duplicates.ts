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

/** Clocks differ by as much without being wrong. */
const TOLERANCE_SECONDS = 300;

/** Whether age decides between different contents although one of the files is dated ahead of now, by a wrong clock. */
export function isAgeDoubtful({ kept, others }: DuplicateGroup, nowMs: number): boolean {
  const sound = [kept, ...others].filter(({ file }) => file.isDamaged !== true);
  const latest = nowMs / 1000 + TOLERANCE_SECONDS;
  return sound.some((each) => differs(kept, each)) && sound.some(({ file }) => file.uploadedAtSeconds > latest);
}

/** `newest` and `oldest` by when they were sent, `first` by path. */
export type KeepChoice = "newest" | "oldest" | "first";

/** Groups of files that hold the same, by size and Whirlpool. Empty files hold nothing, so they are no duplicates. */
export function findSameContent(root: TreeFolder<RemoteFile>, keep: KeepChoice): DuplicateGroup[] {
  const groups = Map.groupBy(allFiles(root), ({ file }) =>
    file.sizeBytes === 0 || file.whirlpool === undefined ? undefined : `${file.sizeBytes}:${file.whirlpool}`,
  );
  groups.delete(undefined);
  return [...groups.values()].filter((group) => group.length > 1).map((group) => chooseKept(group, keep));
}

/** Groups of files of one name in one folder, whatever they hold. */
export function findSameName(root: TreeFolder<RemoteFile>, keep: KeepChoice): DuplicateGroup[] {
  const groups = Map.groupBy(allFiles(root), ({ path }) => path);
  return [...groups.values()].filter((group) => group.length > 1).map((group) => chooseKept(group, keep));
}

/** What would go from one folder. */
export interface FolderLoss {
  /** Below the folder that was looked at; the empty text for that itself. */
  path: string;
  files: number;
  bytes: number;
  /** No file of it would be left. */
  isAll: boolean;
}

/** What is to go, folder by folder, the most bytes first. */
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

/** Whether a file that is to go holds what the one that is kept does not, as far as anybody can tell. */
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
  // The newest comes first in a folder, also among files of one second: a stable sort keeps them so.
  const fromNewest = keep === "oldest" ? group.toReversed() : group;
  const sorted = fromNewest.toSorted((one, other) => {
    // Whatever was asked for: of a file that cannot be read nothing is kept.
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
