import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import type { LocalNames } from "../trees/local-names.ts";
import { emptyFolder, joinPath } from "../trees/tree.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "../trees/tree.ts";

/**
 * Checked before a file is replaced or removed: if we cannot read it, nobody has a copy from us. Opens it, because only
 * that applies all rules of the system; without blocking, in case it has become a pipe.
 * @throws the system's error
 */
export async function requireReadable(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  await file.close();
}

export interface ReplaceableFiles {
  localRoot: string;
  localNames: LocalNames;
  signal: AbortSignal;
  /** Whether to remove what the remote side does not have. */
  deletes: boolean;
  isSame(local: LocalFile, remote: RemoteFile): boolean;
  onUnreadable(path: string, reason: string): void;
}

/** Takes unreadable files that would be replaced or removed out of the local tree, so that they are left alone. */
export async function leaveOutUnreadable(
  local: TreeFolder<LocalFile>,
  remote: TreeFolder<RemoteFile>,
  options: ReplaceableFiles,
  inFolder = "",
): Promise<void> {
  const isRemoved = (name: string) => options.deletes && !remote.isIncomplete && !remote.unseen.has(name);
  for (const [name, file] of local.files) {
    const other = remote.files.get(name);
    const goes = other === undefined ? remote.folders.has(name) || isRemoved(name) : !options.isSame(file, other);
    if (!goes) continue;
    options.signal.throwIfAborted();
    const path = joinPath(inFolder, name);
    try {
      await requireReadable(join(options.localRoot, options.localNames.diskPath(path)));
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      // A file that has gone meanwhile is noticed before anything replaces it.
      if (code === "ENOENT") continue;
      local.files.delete(name);
      local.unseen.set(name, "unreadable");
      options.onUnreadable(path, reasonOf(error));
    }
  }
  for (const [name, folder] of local.folders) {
    // A folder that is removed, on its own or for a file with its name, goes with everything in it.
    const other = remote.folders.get(name) ?? (isRemoved(name) ? emptyFolder<RemoteFile>() : undefined);
    if (other !== undefined) await leaveOutUnreadable(folder, other, options, joinPath(inFolder, name));
  }
}
