import { systemReason } from "@consigne/contract/system-reasons";
import { formatBytes } from "../../command-line/amounts.ts";
import { CliError } from "../../command-line/errors.ts";
import { exitCodes } from "../../command-line/exit-codes.ts";
import { blockedText } from "../../command-line/sdk-failures.ts";
import type { Conflict } from "../plan/plan.ts";
import { parentOf } from "../trees/tree.ts";
import type { Unseen } from "../trees/tree.ts";

export type SyncAction = "mkdir" | "upload" | "download" | "move" | "copy" | "delete" | "rmdir";

/** One thing that was done, or would be done by a run without `--dry-run`. */
export interface SyncStep {
  action: SyncAction;
  path: string;
  /** Where a moved or copied file came from. */
  fromPath?: string | undefined;
  sizeBytes?: number | undefined;
  /** The link of a file that was sent. */
  url?: string | undefined;
}

export interface SyncFailure {
  action: SyncAction;
  path: string;
  message: string;
}

export interface LeftOut {
  path: string;
  why: Unseen | "empty file" | "vanished" | "duplicate";
  detail?: string | undefined;
}

/** What of the source is not on the target for it, as far as anybody knows. */
const MISSED: ReadonlySet<LeftOut["why"]> = new Set(["unusable name", "damaged", "unreadable", "not compared"]);

/** Who wants to know how a run goes on. */
export interface SyncWatcher {
  onPhase?(phase: "scanning" | "comparing" | "changing"): void;
  onScanned?(side: "local" | "remote", path: string, files: number): void;
  /** How much the phase has to read or carry. */
  onTotal?(files: number, bytes: number): void;
  /** Bytes read or carried; negative when they have to be carried again. */
  onBytes?(count: number): void;
  onStep?(step: SyncStep): void;
  onFailure?(failure: SyncFailure, error: unknown): void;
}

/** What a run did and did not do. */
export class RunRecord {
  readonly counts: Record<SyncAction, number> = {
    mkdir: 0,
    upload: 0,
    download: 0,
    move: 0,
    copy: 0,
    delete: 0,
    rmdir: 0,
  };
  readonly failures: SyncFailure[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly conflicts: Conflict[] = [];
  /** What the target has besides, and keeps for the sake of something that is not carried. */
  readonly kept: Conflict[] = [];
  /** What stood in the way and still stands beside its place. */
  readonly setAside: { path: string; asidePath: string }[] = [];
  /** What was not begun, so as not to carry more than allowed. */
  readonly postponed = { files: 0, bytes: 0 };
  carriedBytes = 0;
  unchangedFiles = 0;
  /** What there was no room for, of the failures. */
  readonly noRoom = { files: 0, bytes: 0 };
  hiddenFiles: readonly { path: string; count: number }[] = [];
  /** Why a run that is only planned would remove nothing. */
  plannedWithholding: string | undefined;
  /** The last thing tried did not reach the host: what failed did so for that reason. */
  isOutOfReach = false;
  /** Something ended the run before it was through. */
  isEndedEarly = false;
  readonly watcher: SyncWatcher;
  #isSourceCarried = true;
  #withheldBecause: string | undefined;
  /** Paths of the source that are not on the target, and the folders above them. */
  readonly #missing = new Set<string>();
  readonly #aboveMissing = new Set<string>();

  constructor(watcher: SyncWatcher = {}) {
    this.watcher = watcher;
  }

  done(step: SyncStep): void {
    this.counts[step.action] += 1;
    this.isOutOfReach = false;
    if (step.action === "upload" || step.action === "download") this.carriedBytes += step.sizeBytes ?? 0;
    this.watcher.onStep?.(step);
  }

  fail(action: SyncAction, path: string, error: unknown): void {
    const message =
      systemReason(error) ?? blockedText(error) ?? (error instanceof Error ? error.message : String(error));
    const failure = { action, path, message };
    this.failures.push(failure);
    if (action !== "delete" && action !== "rmdir") this.miss(path);
    this.isOutOfReach = isOutOfReach(error);
    this.watcher.onFailure?.(failure, error);
  }

  /** What was told as sent turns out not to be where it belongs. */
  takeBackUpload(path: string, sizeBytes: number, error: unknown): void {
    this.counts.upload -= 1;
    this.carriedBytes -= sizeBytes;
    this.fail("upload", path, error);
  }

  /** A folder that was told as created is gone again: nothing came into it. */
  takeBackFolder(): void {
    this.counts.mkdir -= 1;
  }

  standsAside(path: string, asidePath: string): void {
    this.setAside.push({ path, asidePath });
    this.done({ action: "move", path: asidePath, fromPath: path });
  }

  withholdDeletion(because: string): void {
    this.#withheldBecause = because;
  }

  /** Why not all was removed that `--delete` removes. */
  get deletionWithheld(): string | undefined {
    if (this.#withheldBecause === undefined) return this.plannedWithholding;
    const isNothing = this.counts.delete + this.counts.rmdir === 0;
    return `${isNothing ? "Nothing was removed" : "--delete did not remove everything"}, because ${this.#withheldBecause}.`;
  }

  meetConflicts(conflicts: readonly Conflict[]): void {
    this.conflicts.push(...conflicts);
    for (const { path } of conflicts) this.miss(path);
  }

  /** What is at this path of the source is not at that of the target. */
  miss(path: string): void {
    this.#missing.add(path);
    for (let above = parentOf(path); above !== ""; above = parentOf(above)) this.#aboveMissing.add(above);
  }

  /** Whether all that the source has at a path and below is on the target: a folder has come when everything in it has. */
  hasCarried(path: string): boolean {
    if (this.#aboveMissing.has(path)) return false;
    for (let above = path; above !== ""; above = parentOf(above)) if (this.#missing.has(above)) return false;
    return true;
  }

  postpone(path: string, sizeBytes: number): void {
    this.miss(path);
    this.postponed.files += 1;
    this.postponed.bytes += sizeBytes;
  }

  lackRoom(action: SyncAction, path: string, sizeBytes: number): void {
    this.noRoom.files += 1;
    this.noRoom.bytes += sizeBytes;
    const what = `not enough room for its ${formatBytes(sizeBytes)}.`;
    this.fail(action, path, new CliError("no-room", what, { exitCode: exitCodes.quota }));
  }

  leaveOut(path: string, why: LeftOut["why"], detail?: string): void {
    this.leftOut.push({ path, why, detail });
  }

  /** As `leaveOut`, of the source: what the target cannot have, or the server cannot send, is missing there. */
  leaveOutOfSource(path: string, why: LeftOut["why"], detail?: string): void {
    this.leaveOut(path, why, detail);
    if (!MISSED.has(why)) return;
    this.#isSourceCarried = false;
    this.miss(path);
  }

  /** Whether all of the source is on the target, so that what else the target has is no last copy of any of it. */
  get hasCarriedAll(): boolean {
    return this.isSourceReadable && this.failures.length + this.postponed.files + this.conflicts.length === 0;
  }

  /** False once a part of the source had to be left out because it cannot be had: it may hold more than was seen. */
  get isSourceReadable(): boolean {
    return this.#isSourceCarried;
  }

  /** Whether there is anything to tell of a run that did not come to its end. */
  get hasBegun(): boolean {
    const standsAside = this.leftOut.some(({ why }) => why === "set aside");
    return standsAside || this.failures.length > 0 || Object.values(this.counts).some((count) => count > 0);
  }

  /** Whether the target is now what was asked for. */
  get isComplete(): boolean {
    if (this.isEndedEarly) return false;
    const isUnreadable = this.leftOut.some(({ why }) => why === "unreadable");
    const isWhole =
      this.#isSourceCarried && !isUnreadable && this.kept.length === 0 && this.deletionWithheld === undefined;
    return isWhole && this.postponed.files + this.failures.length + this.conflicts.length === 0;
  }
}

/** Told by the code of the library's error, however deep it lies. */
function isOutOfReach(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ("code" in each && (each.code === "network" || each.code === "timeout")) return true;
  }
  return false;
}
