import { basename, dirname, extname, join } from "node:path";
import { fromRemoteName } from "@consigne/contract/remote-names";
import type { FileEntry } from "@consigne/sdk";
import { type LocalNames, MOST_NAME_BYTES } from "../sync/trees/local-names.ts";
import { isSetAside, SET_ASIDE_DETAIL } from "../sync/trees/set-aside-names.ts";
import { CliError } from "../command-line/errors.ts";
import { asSystemFailure } from "../command-line/system-failures.ts";
import type { ListedFolder } from "./public-folder.ts";
import type { TargetFolders } from "./target-folders.ts";

/** A remote file with its destination; all of them are below one local folder. */
export interface PlannedFile {
  file: FileEntry;
  localPath: string;
  remotePath: string;
  /** The path differs from the server's: an existing file there belongs to the user. */
  isMadeUp?: boolean;
  /** The listing had no checksum: the server is asked for it. */
  asksChecksum?: boolean;
}

export interface FolderDownload {
  files: PlannedFile[];
  /** Parents first. */
  folders: { localPath: string; remotePath: string }[];
  /** Files that cannot be stored, with the reason. */
  leftOut: { path: string; why: string }[];
}

/** A remote folder with its destination. */
export interface FolderStart {
  listing: ListedFolder;
  localPath: string;
  remotePath: string;
}

export interface PlanningTools {
  signal: AbortSignal;
  names: LocalNames;
  /** Local paths that the same command will use for something else, as keys from `keyOf`. */
  taken: Set<string>;
  /** Whether a remote file may have a path that nobody chose: if it is free, or has the same content. */
  mayHave(localPath: string, file: FileEntry): Promise<boolean>;
}

/**
 * Everything below a remote folder, with a local path for each. Names come from other people: one that would lead out
 * of its folder is left out, and if the file system considers several equal, the later ones get ` (2)` and so on. Such
 * a name must be free, or already have the same content.
 */
export async function planFolderDownload(
  list: (folderId: number) => Promise<ListedFolder>,
  start: FolderStart,
  tools: PlanningTools,
): Promise<FolderDownload> {
  const plan: FolderDownload = { files: [], folders: [], leftOut: [] };
  const pending: (FolderStart & { isMadeUp: boolean })[] = [{ ...start, isMadeUp: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { localPath, remotePath, isMadeUp } = next;
    plan.folders.push({ localPath, remotePath });
    const entries = namedEntries(next.listing, remotePath, plan, tools.names);
    // Names from the server first: none of them gives way to a generated one.
    const isFirst = entries.map(({ name }) => claim(join(localPath, name), tools));
    for (const [index, entry] of entries.entries()) {
      const path = await entryPath(
        join(localPath, entry.name),
        entry,
        { isFree: isFirst[index] ?? false, isMadeUp },
        tools,
      );
      const isOwn = isMadeUp || path !== join(localPath, entry.name);
      if (entry.file !== undefined) {
        plan.files.push({ file: entry.file, localPath: path, remotePath: entry.remotePath, isMadeUp: isOwn });
        continue;
      }
      tools.signal.throwIfAborted();
      const listing = await list(entry.folderId);
      pending.push({ listing, localPath: path, remotePath: entry.remotePath, isMadeUp: isOwn });
    }
  }
  return plan;
}

type NamedEntry = { name: string; remotePath: string } & (
  | { file: FileEntry; folderId?: undefined }
  | { file?: undefined; folderId: number }
);

/**
 * The entries of a listing that can have a local name: folders, then files, newest first, so that the newest keeps its
 * name.
 */
function namedEntries(
  listing: ListedFolder,
  remotePath: string,
  plan: FolderDownload,
  names: LocalNames,
): NamedEntry[] {
  const files = (listing.files ?? []).toSorted(
    (a, b) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0),
  );
  const wanted = [
    ...listing.folders.map(({ id, name }) => ({ remoteName: name, folderId: id })),
    ...files.map((file) => ({ remoteName: file.name, file })),
  ];
  const entries: NamedEntry[] = [];
  for (const { remoteName, ...entry } of wanted) {
    const name = fromRemoteName(remoteName);
    const why = names.whyUnusable(name) ?? (isSetAside(name) ? SET_ASIDE_DETAIL : undefined);
    const path = `${remotePath}/${remoteName}`;
    if (why === undefined) entries.push({ name: names.toDisk(name), remotePath: path, ...entry });
    else plan.leftOut.push({ path, why });
  }
  return entries;
}

/** The server's path, or the first usable one derived from it: `cat.jpg`, `cat (2).jpg`, `cat (3).jpg`. */
async function entryPath(
  path: string,
  { file }: NamedEntry,
  { isFree, isMadeUp }: { isFree: boolean; isMadeUp: boolean },
  tools: PlanningTools,
): Promise<string> {
  const isOfUse = async (tried: string) => file === undefined || tools.mayHave(tried, file);
  if (isFree && (!isMadeUp || (await isOfUse(path)))) return path;
  for (let count = 2; ; count++) {
    const tried = join(dirname(path), numberedName(basename(path), count));
    if (tools.taken.has(tools.names.keyOf(tried)) || !(await isOfUse(tried))) continue;
    claim(tried, tools);
    return tried;
  }
}

/** Shortened to the longest possible name. */
function numberedName(name: string, count: number): string {
  const extension = extname(name);
  const end = ` (${count})${extension}`;
  let stem = name.slice(0, name.length - extension.length);
  while (stem !== "" && Buffer.byteLength(stem + end) > MOST_NAME_BYTES) stem = [...stem].slice(0, -1).join("");
  return stem + end;
}

/** False if something else has the path. */
function claim(path: string, { taken, names }: Pick<PlanningTools, "taken" | "names">): boolean {
  const key = names.keyOf(path);
  if (taken.has(key)) return false;
  taken.add(key);
  return true;
}

/** Enters every folder of a plan; if one is impossible, nothing below it is downloaded, and the rest continues. */
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
