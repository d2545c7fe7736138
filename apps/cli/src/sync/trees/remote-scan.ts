import { fromRemoteName } from "@consigne/contract/remote-names";
import type { ScanOptions } from "./local-scan.ts";
import type { RemoteListedFile, RemoteListing, RemoteStore } from "./remote-store.ts";
import { isSetAside, SET_ASIDE_DETAIL } from "./set-aside-names.ts";
import { emptyFolder, joinPath } from "./tree.ts";
import type { RemoteFile, TreeFolder } from "./tree.ts";
import { packWhirlpool } from "./whirlpool.ts";
import { runAll } from "./worker-pool.ts";

export interface RemoteScanOptions extends ScanOptions {
  signal: AbortSignal;
  /** Links that a new version was about to replace: such a file never hides another one with the same name. */
  superseded?: ReadonlySet<string>;
  /** Why a name cannot be used on the other side; undefined if it can. */
  whyUnusable?(name: string): string | undefined;
  /** A key that is equal for names that the other side considers equal. Default: the name itself. */
  keyOf?(name: string): string;
  /** Leaves out files that the server cannot read, because they cannot be downloaded. */
  leavesOutDamaged?: boolean;
}

/** Concurrent listings. The pacer decides when each may be sent. */
const LISTINGS_AT_ONCE = 4;

/** Everything below a remote folder: one call for each folder that the filter does not exclude. */
export async function scanRemote(
  remote: Pick<RemoteStore, "list" | "kindOf">,
  rootId: number,
  options: RemoteScanOptions,
): Promise<TreeFolder<RemoteFile>> {
  const root = emptyFolder<RemoteFile>(rootId);
  const open = [{ path: "", folder: root }];
  await runAll(LISTINGS_AT_ONCE, open, async ({ path, folder }, add) => {
    options.signal.throwIfAborted();
    const listing = await listOrReport(remote, path, folder, options);
    if (listing === undefined) return;
    if (listing.isCut) {
      folder.isIncomplete = true;
      options.onUnseen?.(path, "unreadable", "the server does not list all files of this folder");
    }
    const names = new TakenNames(options.keyOf);
    takeFiles(listing.files, path, folder, names, options);
    for (const each of takeFolders(listing.folders, path, folder, names, options)) add(each);
    options.onFolder?.(path, folder.files.size);
  });
  return root;
}

async function listOrReport(
  remote: Pick<RemoteStore, "list" | "kindOf">,
  path: string,
  folder: TreeFolder<RemoteFile>,
  options: RemoteScanOptions,
): Promise<RemoteListing | undefined> {
  try {
    return await remote.list(folder.id ?? 0, options.signal);
  } catch (error) {
    const kind = remote.kindOf(error);
    if (path === "" || (kind !== "gone" && kind !== "refused")) throw error;
    folder.isIncomplete = true;
    options.onUnseen?.(path, "unreadable", error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Of names that the other side considers equal, only the first can be used. */
class TakenNames {
  readonly #byKey = new Map<string, string>();
  readonly #keyOf: ((name: string) => string) | undefined;

  constructor(keyOf: ((name: string) => string) | undefined) {
    this.#keyOf = keyOf;
  }

  /** The other name that is in the way. */
  rivalOf(name: string): string | undefined {
    if (this.#keyOf === undefined) return undefined;
    const key = this.#keyOf(name);
    const first = this.#byKey.get(key) ?? name;
    this.#byKey.set(key, first);
    return first === name ? undefined : first;
  }
}

function takeFiles(
  files: RemoteListing["files"],
  inFolder: string,
  folder: TreeFolder<RemoteFile>,
  names: TakenNames,
  options: RemoteScanOptions,
): void {
  const hidden = new Map<string, RemoteFile[]>();
  const order = { superseded: options.superseded, isOldestFirst: isOldestFirst(files) };
  for (const listed of files) {
    const name = usableName(listed.name, inFolder, folder, names, options);
    if (name === undefined) continue;
    if (!options.filter.takesFile(joinPath(inFolder, name))) {
      folder.unseen.set(name, "filtered");
      continue;
    }
    const file = fileOf(listed);
    const other = folder.files.get(name);
    if (other === undefined) {
      folder.files.set(name, file);
      continue;
    }
    const isNewer = isAfter(file, other, order);
    folder.files.set(name, isNewer ? file : other);
    hidden.set(name, [...(hidden.get(name) ?? []), isNewer ? other : file]);
  }
  if (options.leavesOutDamaged === true) leaveOutDamaged(inFolder, folder, options);
  if (hidden.size > 0) folder.hidden = hidden;
}

/** An older file with that name is another version; nothing replaces the newest. */
function leaveOutDamaged(inFolder: string, folder: TreeFolder<RemoteFile>, options: RemoteScanOptions): void {
  for (const [name, { isDamaged }] of folder.files) {
    if (isDamaged !== true) continue;
    folder.files.delete(name);
    folder.unseen.set(name, "damaged");
    options.onUnseen?.(joinPath(inFolder, name), "damaged", "upload it again to restore it");
  }
}

/**
 * Listings only give whole seconds, and several files of one upload share one: then their order in the listing decides,
 * which starts with the newest on Consigne. `cat` and `get` also take the first.
 */
function isOldestFirst(files: RemoteListing["files"]): boolean {
  const [first, last] = [files[0], files.at(-1)];
  return first !== undefined && last !== undefined && first.uploadedAtMs < last.uploadedAtMs;
}

/** Whether `file`, which follows `other` in the listing, is newer. */
function isAfter(
  file: RemoteFile,
  other: RemoteFile,
  order: { superseded?: ReadonlySet<string> | undefined; isOldestFirst: boolean },
): boolean {
  const [isOld, isOtherOld] = [file, other].map(({ url }) => order.superseded?.has(url) ?? false);
  if (isOld !== isOtherOld) return isOtherOld === true;
  if (file.uploadedAtSeconds === other.uploadedAtSeconds) return order.isOldestFirst;
  return file.uploadedAtSeconds > other.uploadedAtSeconds;
}

/** A separate record, so that the parsed answer can be freed. */
function fileOf({ url, sizeBytes, whirlpool, uploadedAtMs, isDamaged, isPending }: RemoteListedFile): RemoteFile {
  return {
    url,
    sizeBytes,
    whirlpool: whirlpool === undefined || whirlpool === "" ? undefined : packWhirlpool(whirlpool),
    uploadedAtSeconds: Math.floor(uploadedAtMs / 1000),
    ...(isDamaged ? { isDamaged } : {}),
    ...(isPending === true ? { isPending } : {}),
  };
}

function takeFolders(
  folders: RemoteListing["folders"],
  inFolder: string,
  folder: TreeFolder<RemoteFile>,
  names: TakenNames,
  options: RemoteScanOptions,
): { path: string; folder: TreeFolder<RemoteFile> }[] {
  const taken: { path: string; folder: TreeFolder<RemoteFile> }[] = [];
  for (const { id, name: remoteName } of folders) {
    const name = usableName(remoteName, inFolder, folder, names, options);
    if (name === undefined) continue;
    const path = joinPath(inFolder, name);
    if (!options.filter.entersFolder(path)) {
      folder.unseen.set(name, "filtered");
    } else if (folder.folders.has(name)) {
      options.onUnseen?.(path, "unusable name", "a second folder with this name is skipped");
      folder.isIncomplete = true;
    } else {
      const below = emptyFolder<RemoteFile>(id);
      folder.folders.set(name, below);
      taken.push({ path, folder: below });
    }
  }
  return taken;
}

/** A name that cannot be part of a path is skipped: whoever chose it must not decide where we write. */
function usableName(
  remoteName: string,
  inFolder: string,
  folder: TreeFolder<RemoteFile>,
  names: TakenNames,
  options: RemoteScanOptions,
): string | undefined {
  const name = fromRemoteName(remoteName);
  if (isSetAside(name)) {
    folder.unseen.set(name, "set aside");
    options.onUnseen?.(joinPath(inFolder, remoteName), "set aside", SET_ASIDE_DETAIL);
    return undefined;
  }
  const why = whyNoPath(name) ?? options.whyUnusable?.(name) ?? describeRival(names.rivalOf(name));
  if (why === undefined) return name;
  folder.unseen.set(name, "unusable name");
  options.onUnseen?.(joinPath(inFolder, remoteName), "unusable name", why);
  return undefined;
}

function whyNoPath(name: string): string | undefined {
  return name === "" || name === "." || name === ".." || /[/\0]/.test(name)
    ? "it cannot be the name of a local file"
    : undefined;
}

function describeRival(rival: string | undefined): string | undefined {
  return rival === undefined ? undefined : `on this system it is the same name as "${rival}"`;
}
