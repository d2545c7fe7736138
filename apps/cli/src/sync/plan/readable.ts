import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import type { LocalNames } from "../trees/local-names.ts";
import { emptyFolder, joinPath } from "../trees/tree.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "../trees/tree.ts";

/**
 * Before a file is replaced or removed: whoever cannot read it cannot have a copy of it either. Opened, because only that asks every
 * rule of the system; without waiting, in case it has become a pipe. @throws the failure of the system
 */
export async function requireReadable(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  await file.close();
}

export interface ReplaceableFiles {
  localRoot: string;
  localNames: LocalNames;
  signal: AbortSignal;
  /** Whether what the remote side does not have is removed. */
  deletes: boolean;
  isSame(local: LocalFile, remote: RemoteFile): boolean;
  onUnreadable(path: string, reason: string): void;
}

/** Takes out of the local tree what cannot be read and would be replaced or removed, so that it is left alone. */
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
      // One that has gone meanwhile is noticed before anything takes its place.
      if (code === "ENOENT") continue;
      local.files.delete(name);
      local.unseen.set(name, "unreadable");
      options.onUnreadable(path, reasonOf(error));
    }
  }
  for (const [name, folder] of local.folders) {
    // A folder that goes, by itself or for a file of its name, goes with all that is in it.
    const other = remote.folders.get(name) ?? (isRemoved(name) ? emptyFolder<RemoteFile>() : undefined);
    if (other !== undefined) await leaveOutUnreadable(folder, other, options, joinPath(inFolder, name));
  }
}
