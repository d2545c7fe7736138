import { isBadRequestError, isNotFoundError } from "@consigne/sdk";
import { client } from "./client.ts";

/** What a list shows of a file. */
export interface FileItem {
  kind: "file";
  /** Of its own among files and folders alike. */
  key: string;
  id: string;
  name: string;
  url: string;
  sizeBytes: number;
  date: Date;
  contentType: string | undefined;
  whirlpool: string | undefined;
  downloads: number;
  hasPassword: boolean;
  isRestricted: boolean;
  /** Its own link leads nobody else to it any more. */
  isLinkOver: boolean;
  isDamaged: boolean;
  isBlocked: boolean;
  /** Of a picture. */
  thumbnailUrl: string | undefined;
}

/** What a list shows of a folder. */
export interface FolderItem {
  kind: "folder";
  key: string;
  id: number;
  name: string;
  date: Date;
  hasPassword: boolean;
  /** Folders directly in it. */
  folderCount: number;
}

export type Entry = FileItem | FolderItem;

export type SortKey = "name" | "date" | "size" | "downloads";

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
  /** Those among them all that are folders. */
  folderCount: number;
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
/** What the server takes. */
const LONGEST_FILTER = 100;

/** Part of a folder in the order of the view: the server sorts, filters and counts. */
export async function listFolder(
  { path, sort, order, filter }: FolderView,
  { offset, limit }: { offset: number; limit: number },
): Promise<FolderPart> {
  try {
    const name = filter.slice(0, LONGEST_FILTER);
    const page = await client.entries.page(pathText(path), {
      sort,
      isDescending: order === "desc",
      offset,
      limit,
      withThumbnails: true,
      ...(name === "" ? {} : { name }),
    });
    const { folders, files } = page.total;
    return { folderId: page.folderId, total: folders + files, folderCount: folders, entries: page.entries.map(toItem) };
  } catch (error) {
    throw isNotFoundError(error) ? new FolderGoneError(path.at(-1) ?? "") : error;
  }
}

/** All of a view, some at a time. Sorted by name, so that what is moved or removed meanwhile hides nothing. */
export async function* listEntries({ path, filter }: FolderView): AsyncGenerator<Entry, void, undefined> {
  const name = filter.slice(0, LONGEST_FILTER);
  for await (const entry of client.entries.list(pathText(path), name === "" ? {} : { name })) yield toItem(entry);
}

/** Links of the files of a folder by name. It may hold several of one name; any of them is in the way. */
export async function filesIn(path: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  for await (const entry of client.entries.list(pathText(path))) {
    if (entry.kind === "file") links.set(entry.name, entry.url);
  }
  return links;
}

/** Of a path as somebody types it, with or without a slash before it; undefined where no folder is there. */
export async function findFolderId(path: string): Promise<number | undefined> {
  try {
    const { entry } = await client.entries.stat(path.startsWith("/") ? path : `/${path}`);
    return entry.kind === "folder" ? entry.id : undefined;
  } catch (error) {
    if (isNotFoundError(error) || isBadRequestError(error)) return undefined;
    throw error;
  }
}

type Listed = Awaited<ReturnType<typeof client.entries.page>>["entries"][number];

export function toItem(entry: Listed): Entry {
  if (entry.kind === "folder") {
    const { id, name, createdAt, hasPassword, folderCount } = entry;
    return { kind: "folder", key: `folder:${id}`, id, name, date: createdAt, hasPassword, folderCount };
  }
  return { ...entry, key: `file:${entry.id}`, date: entry.uploadedAt };
}
