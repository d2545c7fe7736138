import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import type { LocalNames } from "./local-names.ts";
import { joinPath } from "./tree.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "./tree.ts";

/**
 * Before a file is replaced: whoever cannot read it cannot have a copy of it either. Opened, because only that asks every
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
  isSame(local: LocalFile, remote: RemoteFile): boolean;
  onUnreadable(path: string, reason: string): void;
}

/** Takes out of the local tree what cannot be read and would be replaced, so that it is left alone. */
export async function leaveOutUnreadable(
  local: TreeFolder<LocalFile>,
  remote: TreeFolder<RemoteFile>,
  options: ReplaceableFiles,
  inFolder = "",
): Promise<void> {
  for (const [name, file] of local.files) {
    const other = remote.files.get(name);
    const isReplaced = other === undefined ? remote.folders.has(name) : !options.isSame(file, other);
    if (!isReplaced) continue;
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
    const other = remote.folders.get(name);
    if (other !== undefined) await leaveOutUnreadable(folder, other, options, joinPath(inFolder, name));
  }
}
