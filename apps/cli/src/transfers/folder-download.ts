import { basename, dirname, extname, join } from "node:path";
import { fromRemoteName } from "@consigne/contract/remote-names";
import type { FileEntry } from "@consigne/sdk";
import { type LocalNames, MOST_NAME_BYTES } from "../sync/trees/local-names.ts";
import { isSetAside, SET_ASIDE_DETAIL } from "../sync/trees/set-aside-names.ts";
import { CliError } from "../command-line/errors.ts";
import { asSystemFailure } from "../command-line/system-failures.ts";
import type { ListedFolder } from "./public-folder.ts";
import type { TargetFolders } from "./target-folders.ts";

/** A remote file and where it goes; all of them below one local folder. */
export interface PlannedFile {
  file: FileEntry;
  localPath: string;
  remotePath: string;
  /** The path is not that of the server: what has it already is somebody's own. */
  isMadeUp?: boolean;
  /** The listing had no checksum: the server is asked for it. */
  asksChecksum?: boolean;
}

export interface FolderDownload {
  files: PlannedFile[];
  /** Parents first. */
  folders: { localPath: string; remotePath: string }[];
  /** What cannot be stored, with the reason. */
  leftOut: { path: string; why: string }[];
}

/** A remote folder and where it goes. */
export interface FolderStart {
  listing: ListedFolder;
  localPath: string;
  remotePath: string;
}

export interface PlanningTools {
  signal: AbortSignal;
  names: LocalNames;
  /** Local paths that something else of the same command is going to have, as `keyOf` of the names writes them. */
  taken: Set<string>;
  /** Whether a remote file may have a path that nobody named: it is free, or holds the same. */
  mayHave(localPath: string, file: FileEntry): Promise<boolean>;
}

/**
 * Everything below a remote folder with a local path for each. Names are other people's: one that would lead out of its
 * folder is left out, and of several that the file system takes for one the later get ` (2)` and so on. Such a name has
 * to be free, or to hold the same already.
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
    // The names of the server first: none of them gives way to one that is made up.
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

/** What of a listing can have a local name: folders, then files, the newest first, so that it keeps its name. */
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

/** The path of the server, or the first one made up from it that is of use: `cat.jpg`, `cat (2).jpg`, `cat (3).jpg`. */
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

/** As long as a name may be at the most. */
function numberedName(name: string, count: number): string {
  const extension = extname(name);
  const end = ` (${count})${extension}`;
  let stem = name.slice(0, name.length - extension.length);
  while (stem !== "" && Buffer.byteLength(stem + end) > MOST_NAME_BYTES) stem = [...stem].slice(0, -1).join("");
  return stem + end;
}

/** False when something else has the path. */
function claim(path: string, { taken, names }: Pick<PlanningTools, "taken" | "names">): boolean {
  const key = names.keyOf(path);
  if (taken.has(key)) return false;
  taken.add(key);
  return true;
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
