import type { PickedFile } from "./upload-item.ts";

export interface Picking {
  /** In portions, so that a hundred thousand files never block the page. */
  onFiles(files: readonly PickedFile[]): void;
  onEmptyFolder(path: readonly string[]): void;
}

const PIECE = 500;

/**
 * Everything that was dropped, including the contents of folders. The entries must be taken from the event
 * synchronously: a moment later it has none.
 */
export async function readDropped(
  entries: readonly FileSystemEntry[],
  into: readonly string[],
  picking: Picking,
): Promise<void> {
  let piece: PickedFile[] = [];
  const flush = () => {
    if (piece.length > 0) picking.onFiles(piece);
    piece = [];
  };
  const pending = entries.map((entry) => ({ entry, folder: into })).toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { entry, folder } = next;
    if (entry.isDirectory) {
      const path = [...folder, entry.name];
      const children = await childrenOf(entry as FileSystemDirectoryEntry);
      if (children.length === 0) picking.onEmptyFolder(path);
      for (const child of children.toReversed()) pending.push({ entry: child, folder: path });
      continue;
    }
    piece.push({ file: await fileOf(entry as FileSystemFileEntry), folder });
    if (piece.length >= PIECE) flush();
  }
  flush();
}

export function entriesOf(transfer: DataTransfer): FileSystemEntry[] {
  return [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
}

/** A reader returns a hundred at a time, and is only finished when it returns none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** From an input: the browser gives the folders of each file, and leaves empty ones out. */
export function readChosen(files: Iterable<File>, into: readonly string[]): PickedFile[] {
  return [...files].map((file) => ({ file, folder: [...into, ...file.webkitRelativePath.split("/").slice(0, -1)] }));
}
