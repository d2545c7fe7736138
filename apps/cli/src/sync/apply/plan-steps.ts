import type { SyncPlan } from "../plan/plan.ts";
import type { SyncStep } from "./run-record.ts";
import type { TreeFile } from "../trees/tree.ts";

/** The steps of a plan in the order in which they would be taken. */
export function* describePlan(
  plan: SyncPlan<TreeFile, TreeFile>,
  transfer: "upload" | "download",
): Generator<SyncStep> {
  for (const { path, file } of plan.obstacles) yield { action: "delete", path, sizeBytes: file.sizeBytes };
  for (const path of plan.obstacleFolders) yield { action: "rmdir", path };
  for (const path of plan.folders) yield { action: "mkdir", path };
  for (const { path, fromPath, file } of plan.moves)
    yield { action: "move", path, fromPath, sizeBytes: file.sizeBytes };
  for (const { path, fromPath, file } of plan.copies)
    yield { action: "copy", path, fromPath, sizeBytes: file.sizeBytes };
  for (const { path, source } of plan.transfers) yield { action: transfer, path, sizeBytes: source.sizeBytes };
  for (const { path, file } of plan.removals) yield { action: "delete", path, sizeBytes: file.sizeBytes };
  for (const path of plan.removedFolders) yield { action: "rmdir", path };
}
