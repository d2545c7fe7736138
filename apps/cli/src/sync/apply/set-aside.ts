import { lstat, readdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import type { Removal } from "../plan/plan.ts";
import type { LocalFile } from "../trees/tree.ts";

/** What stands where something of another kind is to be. */
export interface Obstacle {
  /** Of the file, or of the folder above all others. */
  path: string;
  files: readonly Removal<LocalFile>[];
  /** The lowest first; none where the obstacle is a file. */
  folders: readonly string[];
}

/** The obstacles of a plan, each with what lies in it. */
export function obstaclesOf(plan: {
  obstacles: readonly Removal<LocalFile>[];
  obstacleFolders: readonly string[];
}): Obstacle[] {
  const isBelow = (path: string, folder: string) => path.startsWith(`${folder}/`);
  const tops = plan.obstacleFolders.filter((path) => !plan.obstacleFolders.some((other) => isBelow(path, other)));
  const folders = tops.map((path) => ({
    path,
    files: plan.obstacles.filter((each) => isBelow(each.path, path)),
    folders: plan.obstacleFolders.filter((each) => each === path || isBelow(each, path)),
  }));
  const alone = plan.obstacles.filter((each) => !tops.some((top) => isBelow(each.path, top)));
  return [...folders, ...alone.map((each) => ({ path: each.path, files: [each], folders: [] }))];
}

/** @throws {Error} when there is something in the folder that the scan did not see */
export async function requireKnown(onDisk: string, names: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(onDisk, { recursive: true })) {
    if (!names.has(entry)) throw new Error("Something is in it that is not to be removed; it was left alone.");
  }
}

/** Renames to a name that nothing has, `x (replaced)`, and returns the new path. */
export async function renameAside(onDisk: string, isReserved: (name: string) => boolean): Promise<string> {
  for (let count = 1; ; count++) {
    const name = `${basename(onDisk)} (replaced${count === 1 ? "" : ` ${count}`})`;
    const aside = join(dirname(onDisk), name);
    if (isReserved(name) || (await exists(aside))) continue;
    await rename(onDisk, aside);
    return aside;
  }
}

/** Puts it back, unless something else stands there by now. */
export async function putBack(aside: string, onDisk: string): Promise<boolean> {
  if (await exists(onDisk)) return false;
  await rename(aside, onDisk);
  return true;
}

export function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === "ENOENT") return false;
      throw error;
    },
  );
}
