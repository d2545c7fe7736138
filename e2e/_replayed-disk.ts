import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Dice } from "./_proof.ts";

/** How much the system writes back at a time, whatever the program wrote. */
const PAGE_BYTES = 4096;

/** What happens to unflushed changes: none survive, all do, each at random, or those before a moment. */
export const leftovers = ["none", "all", "some", "earlier"] as const;
export type Leftovers = (typeof leftovers)[number];

interface FileChange {
  at: number;
  /** Undefined: the file gets this size. */
  bytes: Buffer | undefined;
}

interface NameChange {
  name: string;
  /** Undefined: the name is removed. */
  node: DiskNode | undefined;
  moment: number;
  /** For a rename: the other half, which becomes durable together with this one. */
  other?: { folder: FolderNode; name: string };
}

type DiskNode = FileNode | FolderNode;

/** Bytes that grow in place. */
class Image {
  sizeBytes = 0;
  #bytes = Buffer.alloc(0);

  static of({ bytes }: Image): Image {
    const image = new Image();
    image.#bytes = Buffer.from(bytes);
    image.sizeBytes = bytes.length;
    return image;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.sizeBytes);
  }

  /** Applied only to the selected pages; the size is handled separately. */
  change({ at, bytes }: FileChange, isThere: (page: number) => boolean): void {
    const end = bytes === undefined ? this.sizeBytes : at + bytes.length;
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, 2 * this.#bytes.length));
      this.#bytes.copy(grown);
      this.#bytes = grown;
    }
    for (let from = at; from < end;) {
      const page = Math.floor(from / PAGE_BYTES);
      const to = Math.min(end, (page + 1) * PAGE_BYTES);
      if (isThere(page)) {
        if (bytes === undefined) this.#bytes.fill(0, from, to);
        else bytes.copy(this.#bytes, from, from - at, to - at);
      }
      from = to;
    }
  }

  /** Bytes past the old end are zeros. */
  resize(sizeBytes: number): void {
    if (sizeBytes > this.#bytes.length) this.change({ at: sizeBytes, bytes: Buffer.alloc(0) }, () => false);
    if (sizeBytes < this.sizeBytes) this.#bytes.fill(0, sizeBytes);
    this.sizeBytes = sizeBytes;
  }

  apply(change: FileChange): void {
    this.change(change, () => true);
    this.resize(sizeAfter(this.sizeBytes, change));
  }
}

const sizeAfter = (sizeBytes: number, { at, bytes }: FileChange): number =>
  bytes === undefined ? at : Math.max(sizeBytes, at + bytes.length);

/** Bytes as of the last flush, and what was done since. */
class FileNode {
  readonly #flushed = new Image();
  #changes: FileChange[] = [];

  add(change: FileChange): void {
    this.#changes.push(change);
  }

  /** Call before a flush, to record what it covers; call the result when it has succeeded. */
  flush(): () => void {
    const last = this.#changes.at(-1);
    return () => {
      // Another flush may have ended earlier and covered it.
      const count = last === undefined ? 0 : this.#changes.indexOf(last) + 1;
      for (const change of this.#changes.splice(0, count)) this.#flushed.apply(change);
    };
  }

  /** Each page may have been written back at any moment since the flush, or not at all; so may the size. */
  afterCut(left: Leftovers, dice: Dice): Buffer {
    const image = Image.of(this.#flushed);
    const changes = this.#changes;
    const any = () => dice.whole(0, changes.length + 1);
    // A cut that keeps a prefix of the writes is as likely as any mixture, so half of the pages share one moment.
    const common = left === "all" ? changes.length : left === "none" ? 0 : any();
    if (left !== "some") {
      for (const change of changes.slice(0, common)) image.apply(change);
      return image.bytes;
    }
    const writtenBack = new Map<number, number>();
    const sizeBytes = changes.slice(0, any()).reduce(sizeAfter, this.#flushed.sizeBytes);
    for (const [index, change] of changes.entries()) {
      image.change(change, (page) => {
        const until = writtenBack.get(page) ?? (dice.whole(0, 2) === 0 ? common : any());
        writtenBack.set(page, until);
        return index < until;
      });
    }
    image.resize(sizeBytes);
    return image.bytes;
  }
}

/** Names as of the last flush, and what was done since. */
class FolderNode {
  readonly now = new Map<string, DiskNode>();
  #flushed = new Map<string, DiskNode>();
  #changes: NameChange[] = [];

  set(change: NameChange): void {
    this.#changes.push(change);
    apply(this.now, change);
  }

  flush(): () => void {
    const last = this.#changes.at(-1);
    return () => {
      const count = last === undefined ? 0 : this.#changes.indexOf(last) + 1;
      for (const change of this.#changes.splice(0, count)) {
        apply(this.#flushed, change);
        change.other?.folder.flushName(change.other.name, change.moment);
      }
    };
  }

  /** What was done to one name until that moment. */
  flushName(name: string, until: number): void {
    const isCovered = (change: NameChange) => change.name === name && change.moment <= until;
    for (const change of this.#changes.filter(isCovered)) apply(this.#flushed, change);
    this.#changes = this.#changes.filter((change) => !isCovered(change));
  }

  afterCut(isThere: (moment: number) => boolean): Map<string, DiskNode> {
    const names = new Map(this.#flushed);
    for (const change of this.#changes) if (isThere(change.moment)) apply(names, change);
    return names;
  }
}

function apply(names: Map<string, DiskNode>, { name, node }: NameChange): void {
  if (node === undefined) names.delete(name);
  else names.set(name, node);
}

/**
 * A folder as a disk stores it: flushed data survives a power cut, and of everything else any part. A file and its name
 * are flushed separately; a rename survives in both folders or in none, as in journaling file systems. Pages are
 * written back whole; a flushed byte beside an unflushed one is safe, as SQLite expects of disks too.
 */
export class ReplayedDisk {
  readonly #root: string;
  readonly #top = new FolderNode();
  #moment = 0;

  /** @param root the folder, which is initially empty */
  constructor(root: string) {
    this.#root = root;
  }

  isWithin(path: string): boolean {
    return path === this.#root || path.startsWith(`${this.#root}/`);
  }

  /** Creates the file if it is missing. */
  create(path: string): void {
    if (this.#find(path) === undefined) this.#set(path, new FileNode(), ++this.#moment);
  }

  makeFolder(path: string): void {
    this.#set(path, new FolderNode(), ++this.#moment);
  }

  remove(path: string): void {
    this.#set(path, undefined, ++this.#moment);
  }

  rename(from: string, to: string): void {
    const node = this.#find(from);
    const [source, target] = [this.#find(dirname(from)), this.#find(dirname(to))];
    if (!(source instanceof FolderNode) || !(target instanceof FolderNode)) return;
    const moment = ++this.#moment;
    target.set({ name: basename(to), node, moment, other: { folder: source, name: basename(from) } });
    source.set({ name: basename(from), node: undefined, moment, other: { folder: target, name: basename(to) } });
  }

  /** Nothing is kept of a file without a name. */
  write(path: string, at: number, bytes: Buffer): void {
    this.#file(path)?.add({ at, bytes });
  }

  resize(path: string, sizeBytes: number): void {
    this.#file(path)?.add({ at: sizeBytes, bytes: undefined });
  }

  flush(path: string): () => void {
    return this.#find(path)?.flush() ?? (() => undefined);
  }

  /** Writes into `folder` what a power cut at this moment leaves. */
  async cut(folder: string, left: Leftovers, dice: Dice): Promise<void> {
    const chosen = new Map<number, boolean>();
    const latest = dice.whole(0, this.#moment + 1);
    const isThere = (moment: number): boolean => {
      if (left === "none") return false;
      if (left === "all") return true;
      if (left === "earlier") return moment <= latest;
      const known = chosen.get(moment) ?? dice.whole(0, 2) === 0;
      chosen.set(moment, known);
      return known;
    };
    const write = async (node: FolderNode, path: string): Promise<void> => {
      await mkdir(path, { recursive: true, mode: 0o700 });
      for (const [name, child] of node.afterCut(isThere)) {
        const childPath = join(path, name);
        if (child instanceof FolderNode) await write(child, childPath);
        else await writeFile(childPath, child.afterCut(left, dice), { mode: 0o600 });
      }
    };
    await write(this.#top, folder);
  }

  #file(path: string): FileNode | undefined {
    const node = this.#find(path);
    return node instanceof FileNode ? node : undefined;
  }

  #find(path: string): DiskNode | undefined {
    let node: DiskNode | undefined = this.#top;
    for (const name of relative(this.#root, path).split("/")) {
      if (name === "") return node;
      node = node instanceof FolderNode ? node.now.get(name) : undefined;
    }
    return node;
  }

  #set(path: string, node: DiskNode | undefined, moment: number): void {
    const folder = this.#find(dirname(path));
    if (folder instanceof FolderNode) folder.set({ name: basename(path), node, moment });
  }
}
