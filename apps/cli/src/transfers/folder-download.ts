import { dirname, extname, join } from "node:path";
import type { Client, FileEntry, FolderListing } from "@consigne/sdk";
import { localNameKey, whyUnusableLocally } from "../sync/local-names.ts";
import { CliError } from "../command-line/errors.ts";
import { asSystemFailure } from "../command-line/system-failures.ts";
import { fromRemoteName } from "../sync/remote-names.ts";
import type { TargetFolders } from "./target-folders.ts";

/** A remote file and where it goes; all of them below one local folder. */
export interface PlannedFile {
  file: FileEntry;
  localPath: string;
  remotePath: string;
}

export interface FolderDownload {
  files: PlannedFile[];
  /** Parents first. */
  folders: { localPath: string; remotePath: string }[];
  /** What cannot be stored, with the reason. */
  leftOut: { path: string; why: string }[];
}

/**
 * Everything below a remote folder with a local path for each. Names are other people's: one that would lead out of its
 * folder is left out, and of several that the file system takes for one the later get ` (2)` and so on.
 */
export async function planFolderDownload(
  client: Client,
  start: { listing: FolderListing; localPath: string; remotePath: string },
  signal: AbortSignal,
): Promise<FolderDownload> {
  const plan: FolderDownload = { files: [], folders: [], leftOut: [] };
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { listing, localPath, remotePath } = next;
    plan.folders.push({ localPath, remotePath });
    const taken = new Set<string>();
    for (const folder of listing.folders) {
      const path = `${remotePath}/${folder.name}`;
      const name = localName(folder.name, path, taken, plan);
      if (name === undefined) continue;
      const below = await client.folders.get(folder.id, { withFiles: true, signal });
      pending.push({ listing: below, localPath: join(localPath, name), remotePath: path });
    }
    // The newest of several files of one name keeps it.
    const files = (listing.files ?? []).toSorted(
      (a, b) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0),
    );
    for (const file of files) {
      const path = `${remotePath}/${file.name}`;
      const name = localName(file.name, path, taken, plan);
      if (name !== undefined) plan.files.push({ file, localPath: join(localPath, name), remotePath: path });
    }
  }
  return plan;
}

/** Enters every folder of a plan; of one that cannot be, nothing below is fetched, and the rest goes on. */
export async function enterFolders(plan: FolderDownload, target: TargetFolders): Promise<FolderDownload> {
  const blocked = new Set<string>();
  const isBelowBlocked = ({ localPath }: { localPath: string }) => blocked.has(dirname(localPath));
  const leftOut = [...plan.leftOut];
  for (const folder of plan.folders) {
    try {
      if (!isBelowBlocked(folder)) {
        await target.enter(folder.localPath);
        continue;
      }
    } catch (error) {
      const known = error instanceof CliError ? error : asSystemFailure(error);
      if (known === undefined) throw error;
      leftOut.push({ path: folder.remotePath, why: known.message });
    }
    blocked.add(folder.localPath);
  }
  const isOpen = (each: { localPath: string }) => !isBelowBlocked(each) && !blocked.has(each.localPath);
  return { files: plan.files.filter(isOpen), folders: plan.folders.filter(isOpen), leftOut };
}

function localName(remoteName: string, path: string, taken: Set<string>, plan: FolderDownload): string | undefined {
  const name = fromRemoteName(remoteName);
  const why = whyUnusableLocally(name, process.platform);
  if (why !== undefined) {
    plan.leftOut.push({ path, why });
    return undefined;
  }
  return freeName(name, taken);
}

/** `cat.jpg`, `cat (2).jpg`, `cat (3).jpg`. */
function freeName(name: string, taken: Set<string>): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let count = 1; ; count++) {
    const tried = count === 1 ? name : `${stem} (${count})${extension}`;
    const key = localNameKey(tried, process.platform);
    if (taken.has(key)) continue;
    taken.add(key);
    return tried;
  }
}
