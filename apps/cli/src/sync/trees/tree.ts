/** What both sides know of a file. Records are kept for every file of a tree at once, so they stay small. */
export interface TreeFile {
  sizeBytes: number;
  /** Whirlpool, packed; undefined where nobody has computed it (yet). */
  whirlpool: string | undefined;
  /** The server cannot read what it stored: the file is the same as no other one, and no copy can be made of it. */
  isDamaged?: true;
}

export interface LocalFile extends TreeFile {
  /** Size, times and inode as one text: another text means that the file may hold something else. */
  stamp: string;
}

export interface RemoteFile extends TreeFile {
  url: string;
  /** In seconds, as the wire tells it: a number that needs no memory of its own. */
  uploadedAtSeconds: number;
  /** Its checksum is still being computed: it may be the same as a file of its size, and may not. */
  isPending?: true;
}

/** Why a part of a tree is not known, or not to be touched. */
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

/** A folder and all that is below it, names as the local side spells them. */
export interface TreeFolder<File extends TreeFile> {
  files: Map<string, File>;
  folders: Map<string, TreeFolder<File>>;
  /** Names that exist but were left out. What the other side has under them is neither written nor removed. */
  unseen: Map<string, Unseen>;
  /** The listing itself failed: what is not in it may exist all the same. */
  isIncomplete: boolean;
  /** Files that a newer one of the same name hides. Only a remote folder has such. */
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

/** Whether something may lie at a path: it was seen there, or that part of the tree was not looked at. */
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

/** Takes a file out of a tree, so that what is at its path on either side is left alone. */
export function takeOut(root: TreeFolder<TreeFile>, path: string, why: Unseen): void {
  const names = path.split("/");
  const last = names.pop() ?? "";
  const folder = names.reduce<TreeFolder<TreeFile> | undefined>((above, name) => above?.folders.get(name), root);
  if (folder?.files.delete(last) === true) folder.unseen.set(last, why);
}

/** Whether there is anything that was left out. */
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

/** How much a tree holds, its root folder not counted. */
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
