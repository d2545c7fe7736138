/** What both sides know about a file. Every file of a tree has a record in memory, so records are small. */
export interface TreeFile {
  sizeBytes: number;
  /** Packed Whirlpool checksum; undefined if not computed (yet). */
  whirlpool: string | undefined;
  /** The server cannot read what it stored: the file counts as different from every other, and cannot be copied. */
  isDamaged?: true;
}

export interface LocalFile extends TreeFile {
  /** Size, times and inode as one text: if it differs, the content may have changed. */
  stamp: string;
}

export interface RemoteFile extends TreeFile {
  url: string;
  /** In seconds, as in the API: a number that needs no memory of its own. */
  uploadedAtSeconds: number;
  /** Its checksum is still being computed: it may or may not be identical to a file of its size. */
  isPending?: true;
}

/** Why a part of a tree is unknown, or must not be touched. */
export type Unseen =
  | "filtered"
  | "symbolic link"
  | "special file"
  | "unreadable"
  | "unusable name"
  | "unfinished"
  | "set aside"
  | "damaged"
  | "not compared";

/** A folder with everything below it, names as the local side spells them. */
export interface TreeFolder<File extends TreeFile> {
  files: Map<string, File>;
  folders: Map<string, TreeFolder<File>>;
  /** Names that exist but were left out. The other side's entries with these names are neither written nor removed. */
  unseen: Map<string, Unseen>;
  /** The listing itself failed: there may be entries that are not in it. */
  isIncomplete: boolean;
  /** Files that a newer one with the same name hides. Only in remote folders. */
  hidden: ReadonlyMap<string, readonly File[]>;
  /** Id of a remote folder. */
  id: number | undefined;
}

/** Shared by all folders without hidden files; never written to. */
const nothingHidden: ReadonlyMap<string, readonly never[]> = new Map();

export function emptyFolder<File extends TreeFile>(id?: number): TreeFolder<File> {
  return {
    files: new Map(),
    folders: new Map(),
    unseen: new Map(),
    isIncomplete: false,
    hidden: nothingHidden,
    id,
  };
}

/** `a/b` for a name `b` in the folder `a`; the root of a tree is the empty path. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

export function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end === -1 ? "" : path.slice(0, end);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether something may exist at a path: it was seen, or that part of the tree was not examined. */
export function mayExist(root: TreeFolder<TreeFile>, path: string): boolean {
  if (path === "") return true;
  const names = path.split("/");
  const last = names.pop() ?? "";
  let folder = root;
  for (const name of names) {
    const next = folder.folders.get(name);
    if (next === undefined) return folder.isIncomplete || folder.unseen.has(name);
    folder = next;
  }
  return folder.isIncomplete || folder.unseen.has(last) || folder.files.has(last) || folder.folders.has(last);
}

/** Takes a file out of a tree, so that both sides leave its path alone. */
export function takeOut(root: TreeFolder<TreeFile>, path: string, why: Unseen): void {
  const names = path.split("/");
  const last = names.pop() ?? "";
  const folder = names.reduce<TreeFolder<TreeFile> | undefined>((above, name) => above?.folders.get(name), root);
  if (folder?.files.delete(last) === true) folder.unseen.set(last, why);
}

/** Whether anything was left out. */
export function hasUnseen(root: TreeFolder<TreeFile>): boolean {
  return root.isIncomplete || root.unseen.size > 0 || [...root.folders.values()].some(hasUnseen);
}

export interface FoundFile<File extends TreeFile> {
  folder: string;
  name: string;
  file: File;
}

/** Every file below a folder, folder by folder. */
export function* walkFiles<File extends TreeFile>(root: TreeFolder<File>, path = ""): Generator<FoundFile<File>> {
  for (const [name, file] of root.files) yield { folder: path, name, file };
  for (const [name, folder] of root.folders) yield* walkFiles(folder, joinPath(path, name));
}

export interface TreeSize {
  files: number;
  folders: number;
  bytes: number;
}

/** The size of a tree, without its root folder. */
export function measureTree(root: TreeFolder<TreeFile>): TreeSize {
  const size: TreeSize = { files: root.files.size, folders: root.folders.size, bytes: 0 };
  for (const file of root.files.values()) size.bytes += file.sizeBytes;
  for (const folder of root.folders.values()) {
    const below = measureTree(folder);
    size.files += below.files;
    size.folders += below.folders;
    size.bytes += below.bytes;
  }
  return size;
}
