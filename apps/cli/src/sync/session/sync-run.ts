import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../../command-line/amounts.ts";
import { CliError } from "../../command-line/errors.ts";
import { exitCodes } from "../../command-line/exit-codes.ts";
import type { AgeFilter } from "../../command-line/age.ts";
import { leaveOutByAge } from "../trees/age-filter.ts";
import { scanBothSides } from "./both-sides.ts";
import type { SidesRequest } from "./both-sides.ts";
import { addChecksums, isSameContent, pendingPaths } from "../plan/comparison.ts";
import type { CompareMethod } from "../plan/comparison.ts";
import type { Hasher } from "../trees/hash-file.ts";
import type { LocalIndex } from "../trees/local-index.ts";
import { LocalTarget } from "../apply/local-target.ts";
import { countDeletions } from "../plan/plan.ts";
import type { SyncPlan } from "../plan/plan.ts";
import { planSync } from "../plan/planner.ts";
import { describePlan } from "../apply/plan-steps.ts";
import { leaveOutUnreadable } from "../plan/readable.ts";
import { RemoteTarget } from "../apply/remote-target.ts";
import { RunRecord } from "../apply/run-record.ts";
import type { SyncWatcher } from "../apply/run-record.ts";
import { guardLocalSource, guardRemoteSource } from "../apply/source-guard.ts";
import type { SourceGuard } from "../apply/source-guard.ts";
import { SyncError } from "../trees/sync-error.ts";
import { hasUnseen, joinPath, mayExist, measureTree, takeOut } from "../trees/tree.ts";
import { unusableFolder } from "../trees/unusable-folder.ts";
import type { LocalFile, RemoteFile, TreeFile, TreeFolder } from "../trees/tree.ts";

export interface SyncRequest extends SidesRequest {
  direction: "up" | "down";
  /** As the user wrote it, for messages. */
  remoteName: string;
  makeRemoteRoot(): Promise<number>;
  index: LocalIndex;
  hasher: Hasher;
  method: CompareMethod;
  deletes: boolean;
  maxDelete: DeletionLimit | undefined;
  allowsEmptySource: boolean;
  ignoresErrors: boolean;
  isDryRun: boolean;
  transfers: number;
  /** Whether one more file of this size may be transferred; the rest is left to the next run. */
  mayCarry?(sizeBytes: number): boolean;
  /** Selects files of the source by age; all without it. */
  isWantedByAge?: AgeFilter | undefined;
  watcher?: SyncWatcher;
}

/** A number of files, or a percentage of the target's files. */
export type DeletionLimit = { files: number } | { percent: number };

/** From this size on, copying under another name is worth a separate call; smaller files go with a batch. */
const COPY_ALONE_BYTES = 4 * 1024 ** 2;

/**
 * Makes the target like the source. If it throws, everything done so far is in the record.
 * @throws {SyncError} if it must not begin or continue; the signal's reason if it was interrupted
 */
export async function runSync(
  request: SyncRequest,
  record: RunRecord = new RunRecord(request.watcher),
): Promise<RunRecord> {
  await (request.direction === "up" ? new SyncRun(request, record).up() : new SyncRun(request, record).down());
  return record;
}

class SyncRun {
  readonly #request: SyncRequest;
  readonly #record: RunRecord;

  constructor(request: SyncRequest, record: RunRecord) {
    this.#request = request;
    this.#record = record;
  }

  async up(): Promise<void> {
    const { localRoot, remote, index, deletes, method } = this.#request;
    const guard = await guardLocalSource(localRoot).catch(async (error: unknown) => {
      throw await unusableFolder(localRoot, error);
    });
    const superseded = index.listSuperseded();
    const { local, scanned } = await scanBothSides(this.#request, this.#record, { isLocalTarget: false, superseded });
    const isBare = (await readdir(localRoot)).length === 0;
    this.#refuseEmptySource(local, scanned, isBare);
    this.#failUnfound("upload", local, scanned);
    this.#leaveOutByAge(local);
    await this.#addChecksums(local, scanned, "all", (path, reason) => {
      takeOut(local, path, "unreadable");
      this.#record.leaveOutOfSource(path, "unreadable", reason);
    });
    this.#leaveOutPending(local, local, scanned);
    const plan = planSync<LocalFile, RemoteFile>(local, scanned, {
      deletes,
      clearsFirst: false,
      movesReplaced: true,
      isSame: (source, target) => isSameContent(source, target, method),
      isLeftover: ({ url }) => superseded.has(url),
      mayCopy: ({ sizeBytes }, isRenamed) => !isRenamed || sizeBytes >= COPY_ALONE_BYTES,
    });
    if (this.#isSettledByPlan(plan, scanned, "upload")) return;
    const { makeRemoteRoot: makeRoot } = this.#request;
    await new RemoteTarget({ ...this.#request, remote, makeRoot, scanned, record: this.#record, guard }).apply(plan);
    if (isBare && this.#request.remoteRootId === undefined) await makeRoot();
    index.forgetUnless((path) => mayExist(local, path));
  }

  async down(): Promise<void> {
    const { remoteRootId, remoteName, remote, index, deletes, method, signal } = this.#request;
    if (remoteRootId === undefined) {
      throw new SyncError("source-missing", `The source ${remoteName} does not exist. Nothing was changed.`, {
        exitCode: exitCodes.notFound,
      });
    }
    const { local, scanned } = await scanBothSides(this.#request, this.#record, { isLocalTarget: true });
    const wasEmpty = scanned.files.size + scanned.folders.size + scanned.unseen.size === 0;
    const guard = guardRemoteSource(remoteName, wasEmpty, () => remote.list(remoteRootId, signal));
    this.#refuseEmptySource(scanned, local);
    this.#failUnfound("download", scanned, local);
    this.#leaveOutByAge(scanned);
    this.#noteHidden("", scanned);
    const onUnreadable = (path: string, reason: string) => this.#leaveOutUnreadable(path, reason);
    await this.#addChecksums(local, scanned, "remote-only", onUnreadable);
    this.#leaveOutPending(scanned, local, scanned);
    await leaveOutUnreadable(local, scanned, {
      ...this.#request,
      isSame: (target, source) => isSameContent(target, source, method),
      onUnreadable,
    });
    const plan = planSync<RemoteFile, LocalFile>(scanned, local, {
      deletes,
      clearsFirst: true,
      movesReplaced: false,
      isSame: (source, target) => isSameContent(target, source, method),
      mayCopy: () => true,
    });
    if (this.#isSettledByPlan(plan, local, "download")) return;
    await this.#applyLocally(plan, guard);
    await this.#forgetFinished();
    index.forgetUnless((path) => mayExist(local, path));
  }

  async #applyLocally(plan: SyncPlan<RemoteFile, LocalFile>, guard: SourceGuard): Promise<void> {
    await new LocalTarget({ ...this.#request, record: this.#record, guard }).apply(plan);
  }

  /** Leftovers of an earlier run that this one completed no longer count as left out. */
  async #forgetFinished(): Promise<void> {
    const { leftOut } = this.#record;
    const { localRoot, localNames } = this.#request;
    const isLeft = await Promise.all(
      leftOut.map(async ({ why, path }) => why !== "unfinished" || isThere(join(localRoot, localNames.diskPath(path)))),
    );
    leftOut.splice(0, leftOut.length, ...leftOut.filter((_, index) => isLeft[index]));
  }

  /**
   * Paths in a list that the source does not have. With `--delete`, such a path may be listed to remove it from the
   * target.
   */
  #failUnfound(
    action: "upload" | "download",
    source: TreeFolder<LocalFile | RemoteFile>,
    target: TreeFolder<LocalFile | RemoteFile>,
  ): void {
    const { filter, deletes } = this.#request;
    const isKnown = (path: string) => mayExist(source, path) || (deletes && mayExist(target, path));
    for (const path of filter.unfound(isKnown)) {
      this.#record.fail(
        action,
        path,
        new CliError("not-found", "listed, but not in the source.", { exitCode: exitCodes.notFound }),
      );
    }
  }

  #leaveOutByAge(source: TreeFolder<LocalFile | RemoteFile>): void {
    const { isWantedByAge } = this.#request;
    if (isWantedByAge !== undefined) leaveOutByAge(source, isWantedByAge);
  }

  async #addChecksums(
    local: TreeFolder<LocalFile>,
    scanned: TreeFolder<RemoteFile>,
    remoteMayServe: "all" | "remote-only",
    onUnreadable: (path: string, reason: string) => void,
  ): Promise<void> {
    const { watcher } = this.#record;
    watcher.onPhase?.("comparing");
    await addChecksums(local, scanned, {
      ...this.#request,
      remoteMayServe,
      onStart: (files, bytes) => watcher.onTotal?.(files, bytes),
      onBytes: (count) => watcher.onBytes?.(count),
      onUnreadable,
    });
  }

  /**
   * The same size, but no checksum yet: such a file is neither reported as identical, nor sent or downloaded by
   * mistake.
   */
  #leaveOutPending(
    source: TreeFolder<LocalFile | RemoteFile>,
    local: TreeFolder<LocalFile>,
    scanned: TreeFolder<RemoteFile>,
  ): void {
    if (this.#request.method === "size") return;
    for (const path of pendingPaths(local, scanned)) {
      takeOut(source, path, "not compared");
      this.#record.leaveOutOfSource(
        path,
        "not compared",
        "the server is still computing its checksum; the next run compares it",
      );
    }
  }

  /** Reported once, however often it is examined. */
  #leaveOutUnreadable(path: string, reason: string): void {
    const isKnown = this.#record.leftOut.some((each) => each.path === path && each.why === "unreadable");
    if (!isKnown) this.#record.leaveOut(path, "unreadable", reason);
  }

  /** Older files with the same name cannot be transferred. */
  #noteHidden(path: string, folder: TreeFolder<RemoteFile>): void {
    for (const [name, files] of folder.hidden) {
      const detail = files.length === 1 ? "an older file with this name" : `${files.length} older files with this name`;
      this.#record.leaveOut(joinPath(path, name), "duplicate", detail);
    }
    for (const [name, below] of folder.folders) this.#noteHidden(joinPath(path, name), below);
  }

  /** @param isBare a local source without anything in it at all, like a disk that is not mounted */
  #refuseEmptySource(source: TreeFolder<TreeFile>, target: TreeFolder<TreeFile>, isBare = false): void {
    const { deletes, allowsEmptySource, ignoresErrors } = this.#request;
    const { files } = measureTree(target);
    if (allowsEmptySource || files === 0 || measureTree(source).files > 0) return;
    // Not empty but unreadable: nothing is removed then, and the final report says what could not be read.
    if (!this.#record.isSourceReadable && !ignoresErrors) return;
    if (!deletes && isBare) {
      throw new SyncError(
        "empty-source",
        `The source is empty, but the target holds ${counted(files, "file")}. Nothing was changed. ` +
          "Is its disk mounted? If it is meant to be empty, add --allow-empty-source.",
      );
    }
    if (!deletes) return;
    const what = this.#record.isSourceReadable ? "takes part in this sync" : "can be read";
    throw new SyncError(
      "empty-source",
      `${hasUnseen(source) ? `Nothing in the source ${what}` : "The source is empty"}, and --delete would remove ${files === 1 ? "the only file" : `all ${files} files`} of the target. Nothing was changed. ` +
        "If that is what you want, add --allow-empty-source.",
    );
  }

  /**
   * Records what the plan leaves undone, checks its deletions, and in a dry run reports its steps instead of taking
   * them.
   */
  #isSettledByPlan<Source extends TreeFile, Target extends TreeFile>(
    plan: SyncPlan<Source, Target>,
    target: TreeFolder<Target>,
    transfer: "upload" | "download",
  ): boolean {
    const record = this.#record;
    record.unchangedFiles = plan.unchangedFiles;
    record.hiddenFiles = plan.hiddenFiles;
    record.meetConflicts(plan.conflicts);
    record.kept.push(...plan.kept);
    this.#refuseManyDeletions(countDeletions(plan), target);
    record.watcher.onPhase?.("changing");
    if (!this.#request.isDryRun) return false;
    const isWithheld = !record.hasCarriedAll && !this.#request.ignoresErrors;
    if (isWithheld && plan.removals.length + plan.removedFolders.length > 0) {
      const done = transfer === "upload" ? "sent" : "fetched";
      record.plannedWithholding ??= `A run would remove nothing, because not everything can be ${done}.`;
    }
    const shown = isWithheld ? { ...plan, removals: [], removedFolders: [] } : plan;
    for (const step of describePlan(shown, transfer)) record.done(step);
    return true;
  }

  #refuseManyDeletions(deletions: number, target: TreeFolder<TreeFile>): void {
    const { maxDelete } = this.#request;
    if (maxDelete === undefined) return;
    const allowed =
      "files" in maxDelete ? maxDelete.files : Math.floor((measureTree(target).files * maxDelete.percent) / 100);
    if (deletions <= allowed) return;
    const tooMany = `${counted(deletions, "file")} would be removed, but --max-delete allows only ${allowed}.`;
    if (this.#request.isDryRun) {
      this.#record.plannedWithholding = `A run would change nothing: ${tooMany}`;
      return;
    }
    throw new SyncError("too-many-deletions", `${tooMany} Nothing was changed. --dry-run shows which.`);
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
