import { lstat, readdir, rename, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import type { Attempts } from "./attempts.ts";
import { stampOf } from "../trees/file-stamp.ts";
import type { Removal } from "../plan/plan.ts";
import type { RunRecord } from "./run-record.ts";
import { setAsideName } from "../trees/set-aside-names.ts";
import { joinPath, parentOf } from "../trees/tree.ts";
import type { LocalFile } from "../trees/tree.ts";

/** Something that has the wrong kind (a file where a folder belongs, or the reverse). */
interface Obstacle {
  /** Path of the file, or of the topmost folder. */
  path: string;
  files: readonly Removal<LocalFile>[];
  /** Lowest first; empty if the obstacle is a file. */
  folders: readonly string[];
}

interface Obstructed {
  obstacles: readonly Removal<LocalFile>[];
  obstacleFolders: readonly string[];
  /** Folders that the run makes, parents first. */
  folders: readonly string[];
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** The obstacles in a plan, each with its contents. */
function obstaclesOf(plan: Obstructed): Obstacle[] {
  const tops = plan.obstacleFolders.filter((path) => !plan.obstacleFolders.some((other) => isBelow(path, other)));
  const folders = tops.map((path) => ({
    path,
    files: plan.obstacles.filter((each) => isBelow(each.path, path)),
    folders: plan.obstacleFolders.filter((each) => each === path || isBelow(each, path)),
  }));
  const alone = plan.obstacles.filter((each) => !tops.some((top) => isBelow(each.path, top)));
  return [...folders, ...alone.map((each) => ({ path: each.path, files: [each], folders: [] }))];
}

export interface AsideContext {
  record: RunRecord;
  attempts: Attempts;
  ignoresErrors: boolean;
  onDisk(path: string): string;
  /** The same, after checking that it is inside the target folder and unchanged since the scan. */
  pathFor(path: string, scanned?: LocalFile): Promise<string>;
}

/** An obstacle and its temporary place. */
interface Aside {
  obstacle: Obstacle;
  onDisk: string;
}

/**
 * Obstacles are only removed once their replacements are here; until then they are kept beside them under other names.
 */
export class Asides {
  readonly #context: AsideContext;
  readonly #obstacles: readonly Obstacle[];
  readonly #createdFolders: readonly string[];
  readonly #standing: Aside[] = [];

  constructor(plan: Obstructed, context: AsideContext) {
    this.#context = context;
    this.#obstacles = obstaclesOf(plan);
    this.#createdFolders = plan.folders.toReversed();
  }

  get isNeeded(): boolean {
    return this.#obstacles.length > 0;
  }

  async make(): Promise<void> {
    const { attempts, pathFor } = this.#context;
    for (const obstacle of this.#obstacles) {
      const { path, files, folders } = obstacle;
      await attempts.try(folders.length > 0 ? "rmdir" : "delete", [path], async () => {
        for (const each of files) await pathFor(each.path, each.file);
        const onDisk = await pathFor(path);
        if (folders.length > 0) await requireKnown(onDisk, this.#namesIn(obstacle));
        this.#standing.push({ obstacle, onDisk: await renameAside(onDisk) });
      });
    }
  }

  /** Removes those that are completely replaced; `leave` handles the others. */
  async settle(): Promise<void> {
    const { record, ignoresErrors, onDisk } = this.#context;
    for (const aside of this.#standing) {
      const { path } = aside.obstacle;
      const hasCome = record.hasCarriedAll || (ignoresErrors && record.hasCarried(path));
      if (hasCome && (await exists(onDisk(path)))) await this.#remove(aside);
      else record.withholdDeletion("not everything could be fetched");
    }
    await this.leave();
  }

  /**
   * Puts back what is still set aside, or says where it is. However the run ended, nothing is lost or left unmentioned.
   */
  async leave(): Promise<void> {
    const { record, onDisk } = this.#context;
    for (let aside = this.#standing.pop(); aside !== undefined; aside = this.#standing.pop()) {
      if (!(await exists(aside.onDisk).catch(() => true))) continue;
      const { path, folders } = aside.obstacle;
      if (folders.length === 0) await this.#removeEmptyFolders(path);
      const isBack = await putBack(aside.onDisk, onDisk(path)).catch(() => false);
      if (!isBack) record.standsAside(path, joinPath(parentOf(path), basename(aside.onDisk)));
    }
  }

  /** If nothing was put into the new folders, the file that they replaced returns to its place. */
  async #removeEmptyFolders(path: string): Promise<void> {
    const { record, pathFor } = this.#context;
    for (const created of this.#createdFolders.filter((each) => each === path || isBelow(each, path))) {
      try {
        await rmdir(await pathFor(created));
        record.takeBackFolder();
      } catch {
        // It is not empty, or was never made.
      }
    }
  }

  async #remove(aside: Aside): Promise<void> {
    const { record, attempts, onDisk } = this.#context;
    const { obstacle } = aside;
    const place = onDisk(obstacle.path);
    const at = (path: string) => join(aside.onDisk, relative(place, onDisk(path)));
    for (const { path, file } of obstacle.files) {
      const removed = await attempts.try("delete", [path], async () => {
        // Renaming a folder does not change the stamps of its contents; a file's stamp was checked just before.
        if (obstacle.folders.length > 0 && stampOf(await lstat(at(path), { bigint: true })) !== file.stamp) {
          throw new Error(`It was changed locally during the run and kept as ${at(path)}.`);
        }
        await unlink(at(path));
      });
      if (removed !== undefined) record.done({ action: "delete", path, sizeBytes: file.sizeBytes });
    }
    for (const path of obstacle.folders) {
      const removed = await attempts.try("rmdir", [path], () => rmdir(at(path)));
      if (removed !== undefined) record.done({ action: "rmdir", path });
    }
  }

  #namesIn({ path, files, folders }: Obstacle): Set<string> {
    const { onDisk } = this.#context;
    const below = [...files.map((each) => each.path), ...folders].filter((each) => each !== path);
    return new Set(below.map((each) => relative(onDisk(path), onDisk(each))));
  }
}

/** @throws {Error} if the folder contains something that the scan did not see */
async function requireKnown(onDisk: string, names: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(onDisk, { recursive: true })) {
    if (!names.has(entry)) throw new Error("It contains something that is not to be removed, and was kept.");
  }
}

/** Renames to an unused name that no run gives to anything else; returns the new path. */
async function renameAside(onDisk: string): Promise<string> {
  for (let count = 1; ; count++) {
    const aside = join(dirname(onDisk), setAsideName(basename(onDisk), count));
    if (await exists(aside)) continue;
    await rename(onDisk, aside);
    return aside;
  }
}

/** Puts it back, unless something else is there by now. */
async function putBack(aside: string, onDisk: string): Promise<boolean> {
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
