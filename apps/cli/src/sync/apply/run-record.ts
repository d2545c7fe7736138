import { systemReason } from "@consigne/contract/system-reasons";
import { formatBytes } from "../../command-line/amounts.ts";
import { CliError } from "../../command-line/errors.ts";
import { exitCodes } from "../../command-line/exit-codes.ts";
import { blockedText } from "../../command-line/sdk-failures.ts";
import type { Conflict } from "../plan/plan.ts";
import { parentOf } from "../trees/tree.ts";
import type { Unseen } from "../trees/tree.ts";

export type SyncAction = "mkdir" | "upload" | "download" | "move" | "copy" | "delete" | "rmdir";

/** One thing that was done, or would be done without `--dry-run`. */
export interface SyncStep {
  action: SyncAction;
  path: string;
  /** Previous path of a moved or copied file. */
  fromPath?: string | undefined;
  sizeBytes?: number | undefined;
  /** The link of a sent file. */
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

/** Reasons for which something in the source is, as far as known, missing on the target. */
const MISSED: ReadonlySet<LeftOut["why"]> = new Set(["unusable name", "damaged", "unreadable", "not compared"]);

/** Follows the progress of a run. */
export interface SyncWatcher {
  onPhase?(phase: "scanning" | "comparing" | "changing"): void;
  onScanned?(side: "local" | "remote", path: string, files: number): void;
  /** How much the phase has to read or transfer. */
  onTotal?(files: number, bytes: number): void;
  /** Bytes read or transferred; negative if they have to be transferred again. */
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
  /** What exists only on the target, and is kept because of something that is not transferred. */
  readonly kept: Conflict[] = [];
  /** What was in the way and is still stored under another name. */
  readonly setAside: { path: string; asidePath: string }[] = [];
  /** Not started, to stay within the allowed amount. */
  readonly postponed = { files: 0, bytes: 0 };
  carriedBytes = 0;
  unchangedFiles = 0;
  /** The failures that did not fit. */
  readonly noRoom = { files: 0, bytes: 0 };
  hiddenFiles: readonly { path: string; count: number }[] = [];
  /** Why a run that is only planned would remove nothing. */
  plannedWithholding: string | undefined;
  /** The last attempt did not reach the host, which is why it failed. */
  isOutOfReach = false;
  /** Something ended the run early. */
  isEndedEarly = false;
  readonly watcher: SyncWatcher;
  #isSourceCarried = true;
  #withheldBecause: string | undefined;
  /** Paths of the source that are missing on the target, and their parent folders. */
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

  /** A file reported as sent turned out not to be where it belongs. */
  takeBackUpload(path: string, sizeBytes: number, error: unknown): void {
    this.counts.upload -= 1;
    this.carriedBytes -= sizeBytes;
    this.fail("upload", path, error);
  }

  /** A folder reported as created was removed again, because nothing was put into it. */
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

  /** Why `--delete` did not remove everything. */
  get deletionWithheld(): string | undefined {
    if (this.#withheldBecause === undefined) return this.plannedWithholding;
    const isNothing = this.counts.delete + this.counts.rmdir === 0;
    return `${isNothing ? "Nothing was removed" : "--delete did not remove everything"}, because ${this.#withheldBecause}.`;
  }

  meetConflicts(conflicts: readonly Conflict[]): void {
    this.conflicts.push(...conflicts);
    for (const { path } of conflicts) this.miss(path);
  }

  /** Records that this path of the source is missing on the target. */
  miss(path: string): void {
    this.#missing.add(path);
    for (let above = parentOf(path); above !== ""; above = parentOf(above)) this.#aboveMissing.add(above);
  }

  /** Whether everything at and below this path of the source is on the target: for a folder, everything in it. */
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

  /** Like `leaveOut`, for the source: what the target cannot store, or the server cannot send, is missing there. */
  leaveOutOfSource(path: string, why: LeftOut["why"], detail?: string): void {
    this.leaveOut(path, why, detail);
    if (!MISSED.has(why)) return;
    this.#isSourceCarried = false;
    this.miss(path);
  }

  /** Whether everything in the source is on the target, so that nothing else on the target can be its last copy. */
  get hasCarriedAll(): boolean {
    return this.isSourceReadable && this.failures.length + this.postponed.files + this.conflicts.length === 0;
  }

  /**
   * False once a part of the source had to be left out because it could not be read: it may contain more than was seen.
   */
  get isSourceReadable(): boolean {
    return this.#isSourceCarried;
  }

  /** Whether there is anything to report about an interrupted run. */
  get hasBegun(): boolean {
    const standsAside = this.leftOut.some(({ why }) => why === "set aside");
    return standsAside || this.failures.length > 0 || Object.values(this.counts).some((count) => count > 0);
  }

  /** Whether the target now matches what was requested. */
  get isComplete(): boolean {
    if (this.isEndedEarly) return false;
    const isUnreadable = this.leftOut.some(({ why }) => why === "unreadable");
    const isWhole =
      this.#isSourceCarried && !isUnreadable && this.kept.length === 0 && this.deletionWithheld === undefined;
    return isWhole && this.postponed.files + this.failures.length + this.conflicts.length === 0;
  }
}

/** Decided by the code of a library error, however deeply nested. */
function isOutOfReach(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ("code" in each && (each.code === "network" || each.code === "timeout")) return true;
  }
  return false;
}
