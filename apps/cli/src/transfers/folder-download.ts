import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Client, FileEntry, FolderListing } from "@consigne/sdk";
import { localNameKey, whyUnusableLocally } from "../sync/local-names.ts";
import { fromRemoteName } from "../sync/remote-names.ts";

/** A remote file and where it goes; all of them below one local folder. */
export interface PlannedFile {
  file: FileEntry;
  localPath: string;
  remotePath: string;
}

export interface FolderDownload {
  files: PlannedFile[];
  folders: string[];
  /** What cannot be stored under its name, with the reason. */
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
    plan.folders.push(localPath);
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

export async function makeFolders(paths: readonly string[]): Promise<void> {
  for (const path of paths) await mkdir(path, { recursive: true });
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
