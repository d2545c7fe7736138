import type { AgeFilter } from "../../command-line/age.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "./tree.ts";

/**
 * Leaves files out of a source that are too old or too new. Their names stay known, so that the target's files with
 * those names are neither written nor removed.
 */
export function leaveOutByAge(source: TreeFolder<LocalFile | RemoteFile>, isWanted: AgeFilter): void {
  for (const [name, file] of source.files) {
    if (isWanted(timeOf(file))) continue;
    source.files.delete(name);
    source.unseen.set(name, "filtered");
  }
  for (const folder of source.folders.values()) leaveOutByAge(folder, isWanted);
}

/** When it was changed here, or received there. */
function timeOf(file: LocalFile | RemoteFile): number {
  if ("uploadedAtSeconds" in file) return file.uploadedAtSeconds * 1000;
  const [, changedAtNs = "0"] = file.stamp.split(".");
  return Number(BigInt(changedAtNs) / 1_000_000n);
}
