import { isNotFoundError } from "@consigne/sdk";
import { client } from "./client.ts";

/** What a list shows of a file. */
export interface FileItem {
  kind: "file";
  /** Of its own among files and folders alike. */
  key: string;
  name: string;
  url: string;
  sizeBytes: number;
  date: Date | undefined;
  contentType: string | undefined;
  whirlpool: string | undefined;
  hasPassword: boolean;
  isRestricted: boolean;
  isDamaged: boolean;
  isBlocked: boolean;
}

/** What a list shows of a folder. */
export interface FolderItem {
  kind: "folder";
  key: string;
  id: number;
  name: string;
  date: Date | undefined;
  hasPassword: boolean;
}

export type Entry = FileItem | FolderItem;

export type SortKey = "name" | "date" | "size";

export interface FolderView {
  /** Names from the root. */
  path: readonly string[];
  sort: SortKey;
  order: "asc" | "desc";
  /** Part of a name, whatever the case; "" for all. */
  filter: string;
}

export interface FolderPart {
  folderId: number;
  total: number;
  entries: readonly Entry[];
}

/** The names of a path that lead to no folder. */
export class FolderGoneError extends Error {
  override readonly name = "FolderGoneError";
  readonly folderName: string;

  constructor(folderName: string) {
    super(`There is no folder ${folderName}.`);
    this.folderName = folderName;
  }
}

const pathText = (path: readonly string[]): string => `/${path.join("/")}`;

/** Part of a folder in the order of the view. */
export async function listFolder(
  view: FolderView,
  { offset, limit }: { offset: number; limit: number },
): Promise<FolderPart> {
  const { folderId, entries } = await wholeFolder(view.path);
  const sought = view.filter.toLocaleLowerCase();
  const shown = entries.filter(({ name }) => name.toLocaleLowerCase().includes(sought)).toSorted(comparatorOf(view));
  return { folderId, total: shown.length, entries: shown.slice(offset, offset + limit) };
}

/** Parts of one view follow each other within moments; they are of one state of the folder. */
const HELD_MS = 1500;
let held: { path: string; at: number; folder: Promise<WholeFolder> } | undefined;

interface WholeFolder {
  folderId: number;
  entries: readonly Entry[];
}

/** After something was changed. */
export function forgetListings(): void {
  held = undefined;
}

function wholeFolder(path: readonly string[]): Promise<WholeFolder> {
  const text = pathText(path);
  if (held?.path === text && Date.now() - held.at < HELD_MS) return held.folder;
  const folder = readFolder(path);
  held = { path: text, at: Date.now(), folder };
  folder.catch(() => forgetListings());
  return folder;
}

async function readFolder(path: readonly string[]): Promise<WholeFolder> {
  try {
    const { id, folders, files } = await client.at(pathText(path)).list();
    return {
      folderId: id,
      entries: [
        ...folders.map((folder): FolderItem => ({
          kind: "folder",
          key: `folder:${folder.id}`,
          id: folder.id,
          name: folder.name,
          date: folder.createdAt,
          hasPassword: folder.hasPassword,
        })),
        ...files.map((file): FileItem => ({
          kind: "file",
          key: `file:${file.id ?? file.url}`,
          name: file.name,
          url: file.url,
          sizeBytes: file.sizeBytes,
          date: file.uploadedAt,
          contentType: file.contentType,
          whirlpool: file.whirlpool,
          hasPassword: file.hasPassword,
          isRestricted: file.isRestricted,
          isDamaged: file.isDamaged,
          isBlocked: file.isBlocked,
        })),
      ],
    };
  } catch (error) {
    if (!isNotFoundError(error)) throw error;
    throw new FolderGoneError(error.missingSegment ?? path.at(-1) ?? "");
  }
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Folders first, whatever the order. */
function comparatorOf({ sort, order }: FolderView): (a: Entry, b: Entry) => number {
  const sign = order === "asc" ? 1 : -1;
  const time = (entry: Entry) => entry.date?.getTime() ?? 0;
  const size = (entry: Entry) => (entry.kind === "file" ? entry.sizeBytes : 0);
  const compare = {
    name: () => 0,
    date: (a: Entry, b: Entry) => time(a) - time(b),
    size: (a: Entry, b: Entry) => size(a) - size(b),
  }[sort];
  return (a, b) => {
    if (a.kind !== b.kind) return a.kind === "folder" ? -1 : 1;
    return sign * (compare(a, b) || byName.compare(a.name, b.name)) || (a.key < b.key ? -1 : 1);
  };
}
